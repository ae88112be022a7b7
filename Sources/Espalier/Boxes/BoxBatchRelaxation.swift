internal import Certificates
internal import NeuralNetwork

/// The linear relaxations of one layer on each box of a batch, with the slopes of `BoxBounds`.
struct BoxBatchRelaxation {
  /// The ranges of the outputs, one row per box.
  let outputLower: BatchMatrix
  let outputUpper: BatchMatrix
  private let biases: [Double]
  private let unitCount: Int
  /// For positive coefficients: what multiplies them, and what they add to the bound.
  private var upperSlopes: [Double]
  private var upperIntercepts: [Double]
  /// For negative coefficients: what multiplies them.
  private var lowerSlopes: [Double]

  init(_ layer: Layer, lower: BatchMatrix, upper: BatchMatrix) {
    biases = layer.biases
    unitCount = layer.unitCount
    let count = lower.elements.count
    upperSlopes = Array(repeating: 0, count: count)
    upperIntercepts = Array(repeating: 0, count: count)
    lowerSlopes = Array(repeating: 0, count: count)
    var (outputLower, outputUpper) = (lower, upper)
    for p in 0..<count {
      let (low, high) = (lower.elements[p], upper.elements[p])
      if layer.activations[p % unitCount] == .identity || low >= 0 {
        upperSlopes[p] = 1
        lowerSlopes[p] = 1
        continue
      }
      outputLower.elements[p] = 0
      outputUpper.elements[p] = max(high, 0)
      if high <= 0 { continue }
      let slope = (65_536 * high / (high - low)).rounded(.down) / 65_536
      upperSlopes[p] = slope
      upperIntercepts[p] = max((1 - slope) * high, -slope * low)
      lowerSlopes[p] = high > -low ? 1 : 0
    }
    self.outputLower = outputLower
    self.outputUpper = outputUpper
  }

  /// Turns coefficients of the layer's outputs into multipliers of its pre-activations.
  func relax(
    _ coefficients: inout BatchMatrix, rows: [BoxBatchBounds.Row], bounds: inout [Double]
  ) {
    let width = unitCount
    coefficients.elements.withUnsafeMutableBufferPointer { coefficients in
      for (i, row) in rows.enumerated() {
        let start = row.box * width
        var sum = bounds[i]
        for j in 0..<width {
          let coefficient = coefficients[i * width + j]
          let above = max(coefficient, 0)
          let below = min(coefficient, 0)
          let multiplier =
            above * upperSlopes[start + j] + below * lowerSlopes[start + j]
          sum += above * upperIntercepts[start + j] + multiplier * biases[j]
          coefficients[i * width + j] = multiplier
        }
        bounds[i] = sum
      }
    }
  }
}
