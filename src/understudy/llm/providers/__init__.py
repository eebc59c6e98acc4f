"""Who answers: providers of a company and of the platform, their sealed keys, and the targets that follow from them.

A company's own provider hides the platform's of the same name. A key belongs to one provider at one address; it is
opened for a call and nowhere else, and never shown.
"""
