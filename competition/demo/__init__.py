"""The demo competition: made-up images, labels, teams and predictions, loaded by the server's own acts."""
