"""What the page needs beside Gradio: safe HTML, the conversation's state, style, script and HTTP headers."""
