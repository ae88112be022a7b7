internal import NeuralNetwork

/// A matrix product with what is needed to write other numbers in its place.
struct AffineProduct {
  /// One row per unit.
  let weights: Matrix
  /// The bias, or nil if the node has none.
  let biases: [Double]?
  /// Which input of the node is the matrix.
  let weightSlot: Int
  /// True if the stored matrix has one row per unit, false if one column.
  let storesUnitsAsRows: Bool

  /// The product with other numbers.
  func replacing(weights: Matrix, biases: [Double]?) -> AffineProduct {
    AffineProduct(
      weights: weights, biases: biases, weightSlot: weightSlot,
      storesUnitsAsRows: storesUnitsAsRows)
  }
}
