"""Are people, sessions, scopes and the audit trail right?"""
