"""One folder a provider. Nothing here loads a provider's library before a model is opened."""
