"""What the office writes to whom: who holds a post, what a letter says, in the words of its reader."""
