"""What several families of use cases need."""
