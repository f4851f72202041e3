"""The digital badge: an Open Badges 3.0 credential that says what a certificate says, and names nobody.

addresses     where its public documents are        achievements  the course in Open Badges' words, pure
keys          the key that signs, and older ones    credentials   what is signed, pure but for the key
status        which index a badge has, and the list that says what was revoked
issuing       the one call for whoever issues       checking      is this one of ours, and does it still stand
pictures      the image, with the credential in it  views, urls   the addresses
"""
