"""Questions from other systems and for them: GIFT, Moodle XML, QTI 2.1 and 3.0.

question  what a question is outside the bank, and the one form in which every format writes it
gift, moodlexml, qti_reading, qti_writing  one format each: text in, rows out, and back; no database
detect, archive, html, pictures  what comes in from strangers: its kind, its archive, its HTML, its pictures
service  rows into the bank and out of it         report  what happened to each question, line by line
"""
