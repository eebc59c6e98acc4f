"""Companies and who may do what for them: settings, API keys, permissions, the audit log.

Words: *company* (the tenant), *principal* (who acts: a key, the command line), *permission*, *audit entry*.
It must not know what a message, a template or an answer is: other packages hand it their groups of settings to store.
"""
