"""Risk grading: the register of an enterprise, its assessments, and the colours that follow from them on a day."""
