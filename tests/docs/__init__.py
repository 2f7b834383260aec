"""Which tests hold the documents to what the code does?"""
