internal import ExactArithmetic
internal import NeuralNetwork

/// Arithmetic on stored numbers that gives a result only if no entry of it is rounded.
enum ExactFolding {
  /// `left + right`, entry by entry.
  static func sums(
    _ left: [Double], _ right: [Double], in type: ScalarType
  ) -> [Double]? {
    combined(left, right) { a, b in
      if a == 0 { return b }
      if b == 0 { return a }
      return (Dyadic(a) + Dyadic(b)).exactly(in: type)
    }
  }

  /// `left · right`, entry by entry.
  static func products(
    _ left: [Double], _ right: [Double], in type: ScalarType
  ) -> [Double]? {
    combined(left, right) { a, b in product(a, b, in: type) }
  }

  /// `factor · values`.
  static func scaled(_ values: [Double], by factor: Double, in type: ScalarType) -> [Double]? {
    factor == 1 ? values : products(values.map { _ in factor }, values, in: type)
  }

  /// The weights with row `i` times `factors[i]`.
  static func scaledRows(
    _ weights: Matrix, by factors: [Double], in type: ScalarType
  ) -> Matrix? {
    scaled(weights, in: type, isIdentity: factors.allSatisfy { $0 == 1 }) { i, _ in factors[i] }
  }

  /// The weights with column `j` times `factors[j]`.
  static func scaledColumns(
    _ weights: Matrix, by factors: [Double], in type: ScalarType
  ) -> Matrix? {
    scaled(weights, in: type, isIdentity: factors.allSatisfy { $0 == 1 }) { _, j in factors[j] }
  }

  /// `weights · vector + biases`, where only the final sums must be stored numbers.
  static func image(
    of vector: [Double], under weights: Matrix, plus biases: [Double], in type: ScalarType
  ) -> [Double]? {
    let used = vector.indices.filter { vector[$0] != 0 }
    if used.isEmpty { return biases }
    var results: [Double] = []
    results.reserveCapacity(biases.count)
    for i in biases.indices {
      var sum = Dyadic(biases[i])
      for j in used where weights[i, j] != 0 { sum += Dyadic(weights[i, j]) * Dyadic(vector[j]) }
      guard let value = sum.exactly(in: type) else { return nil }
      results.append(value)
    }
    return results
  }

  private static func scaled(
    _ weights: Matrix, in type: ScalarType, isIdentity: Bool, _ factor: (Int, Int) -> Double
  ) -> Matrix? {
    if isIdentity { return weights }
    var elements = weights.elements
    for i in 0..<weights.rowCount {
      for j in 0..<weights.columnCount {
        let position = i * weights.columnCount + j
        guard let value = product(factor(i, j), elements[position], in: type) else { return nil }
        elements[position] = value
      }
    }
    return Matrix(
      rowCount: weights.rowCount, columnCount: weights.columnCount, elements: elements)
  }

  private static func product(_ a: Double, _ b: Double, in type: ScalarType) -> Double? {
    if a == 1 || b == 0 { return b }
    if b == 1 || a == 0 { return a }
    return (Dyadic(a) * Dyadic(b)).exactly(in: type)
  }

  private static func combined(
    _ left: [Double], _ right: [Double], _ operation: (Double, Double) -> Double?
  ) -> [Double]? {
    var results: [Double] = []
    results.reserveCapacity(left.count)
    for (a, b) in zip(left, right) {
      guard let value = operation(a, b) else { return nil }
      results.append(value)
    }
    return results
  }
}
