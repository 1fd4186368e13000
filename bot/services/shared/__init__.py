"""What several families of use cases use."""
