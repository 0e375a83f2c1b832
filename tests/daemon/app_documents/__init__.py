"""The daemon beside apps that use Firestore: on Google's own emulator."""
