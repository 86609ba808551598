"""The workshop: what is measured beside the product, in a checkout only. No product module imports it, the wheel leaves it out."""
