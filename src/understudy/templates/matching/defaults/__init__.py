"""What ships with the product for templates that have too little of their own: messages out of scope, calibrators."""
