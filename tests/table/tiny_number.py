"""What is compiled into `tiny_kernel`."""

NUMBER = 3
