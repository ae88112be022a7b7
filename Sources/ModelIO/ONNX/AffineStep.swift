/// What one node on a chain does to the data.
enum AffineStep {
  /// Nothing but a change of shape.
  case reshape
  /// `relu`.
  case relu
  /// `scale · x + shift`, feature by feature.
  case elementwise(scale: [Double], shift: [Double])
  /// `weights · x + biases`.
  case product(AffineProduct)
}
