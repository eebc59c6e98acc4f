"""What people say of answers: the customer's feedback, and corrections by those who know better.

Words: an *opinion* is what a contact says of a reply (helpful or not, 1 to 5, a comment), one for each, changeable; an
*invitation* lets them say it: a signed token, and whether to ask; a *correction* is a person's word on an answer.
"""
