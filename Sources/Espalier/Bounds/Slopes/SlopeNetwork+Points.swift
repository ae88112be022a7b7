internal import COpenBLAS

/// What the network itself, and not its relaxation, makes of some inputs, in single precision.
extension SlopeNetwork {
  /// The outputs of every part for inputs.
  ///
  /// - Parameter inputs: Row-major, `rowCount` rows with a number for each input.
  /// - Returns: Row-major matrices with a column for each unit of the part.
  func outputs(of inputs: [Float], rowCount: Int) -> [[Float]] {
    var current = inputs
    return parts.map { part in
      var next: [Float] = []
      next.reserveCapacity(rowCount * part.units.count)
      for _ in 0..<rowCount { next += part.biases }
      if !next.isEmpty && part.inputCount > 0 {
        cblas_sgemm(
          CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rowCount), Int32(part.units.count),
          Int32(part.inputCount), 1, current, Int32(part.inputCount), part.weights,
          Int32(part.inputCount), 1, &next, Int32(part.units.count))
      }
      let count = part.units.count
      for i in part.units.indices where !isIdentity(part.offset + i) {
        for r in 0..<rowCount { next[r * count + i] = max(next[r * count + i], 0) }
      }
      current = next
      return next
    }
  }

  /// The gradients of a linear form of the last outputs, by the inputs, row by row.
  ///
  /// - Parameter outputs: Those of the inputs, as `outputs(of:rowCount:)` returns them.
  func gradients(of form: [Float], outputs: [[Float]], rowCount: Int) -> [Float] {
    var current = Array(repeating: form, count: rowCount).flatMap(\.self)
    for (part, values) in zip(parts, outputs).reversed() {
      let count = part.units.count
      for i in part.units.indices where !isIdentity(part.offset + i) {
        for r in 0..<rowCount where values[r * count + i] <= 0 { current[r * count + i] = 0 }
      }
      var next = [Float](repeating: 0, count: rowCount * part.inputCount)
      if !next.isEmpty && count > 0 {
        cblas_sgemm(
          CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(rowCount), Int32(part.inputCount),
          Int32(count), 1, current, Int32(count), part.weights, Int32(part.inputCount), 0, &next,
          Int32(part.inputCount))
      }
      current = next
    }
    return current
  }

  private func isIdentity(_ position: Int) -> Bool {
    kinds[position] == Kind.identity.rawValue
  }
}
