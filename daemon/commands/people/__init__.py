"""Commands about whom one knows."""
