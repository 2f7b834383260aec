"""Does the rule engine judge as it says, batch by batch and across restarts?"""
