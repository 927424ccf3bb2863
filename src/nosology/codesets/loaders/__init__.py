"""One loader per published file: each recognizes its file by content and reads it strictly."""
