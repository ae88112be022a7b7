internal import Certificates
internal import NeuralNetwork

/// The bounds of `BoxBounds` for many boxes at a time, in plain doubles: they guide a search.
///
/// Layer by layer: intervals, and backward linear bounds for the units whose sign they leave open;
/// all of these, of all boxes, go through the layers below as one batch.
///
/// - Source: CROWN (arXiv 1811.00866); `docs/certificate-format.md`, section 16.
struct BoxBatchBounds {
  /// One backward bound: `s z ≤ value` of a unit in a box.
  struct Row {
    let box: Int
    let target: BackwardBounds.Target
  }

  /// What is left of the inputs in the backward bounds of one layer.
  struct LayerRows {
    let rows: [Row]
    /// One row of coefficients of the inputs per entry of `rows`.
    let coefficients: BatchMatrix
    let bounds: [Double]
  }

  /// The bounds of a batch of boxes.
  struct Result {
    /// The ends of every unit: one row per box, for each layer.
    var lower: [BatchMatrix] = []
    var upper: [BatchMatrix] = []
    /// The backward bounds, layer by layer; none for the first.
    var backward: [LayerRows] = []
  }

  let network: Network
  let layerCount: Int
  private let magnitudes: [Matrix]

  init(network: Network, layerCount: Int) {
    self.network = network
    self.layerCount = layerCount
    magnitudes = network.layers[..<layerCount].map { layer in
      Matrix(
        rowCount: layer.unitCount, columnCount: layer.inputCount,
        elements: layer.weights.elements.map(abs))
    }
  }

  /// The bounds of every unit on every box.
  func bounds(on boxes: [Box]) -> Result {
    var result = Result()
    var relaxations: [BoxBatchRelaxation] = []
    let lower = BatchMatrix(rows: boxes.map(\.lower), columnCount: network.inputCount)
    let upper = BatchMatrix(rows: boxes.map(\.upper), columnCount: network.inputCount)
    for k in 0..<layerCount {
      var (low, high) =
        k == 0
        ? intervals(layer: 0, lower: lower, upper: upper)
        : intervals(
          layer: k, lower: relaxations[k - 1].outputLower,
          upper: relaxations[k - 1].outputUpper)
      var backward = LayerRows(
        rows: [], coefficients: BatchMatrix(rowCount: 0, columnCount: network.inputCount),
        bounds: [])
      if k > 0 {
        backward = self.backward(
          openRows(layer: k, low, high), layer: k, relaxations, lower, upper)
        tighten(&low, &high, with: backward)
      }
      if k + 1 < layerCount {
        relaxations.append(BoxBatchRelaxation(network.layers[k], lower: low, upper: high))
      }
      result.lower.append(low)
      result.upper.append(high)
      result.backward.append(backward)
    }
    return result
  }

  private func intervals(
    layer k: Int, lower: BatchMatrix, upper: BatchMatrix
  ) -> (BatchMatrix, BatchMatrix) {
    let layer = network.layers[k]
    var middle = lower
    var radius = lower
    for p in lower.elements.indices {
      middle.elements[p] = (lower.elements[p] + upper.elements[p]) / 2
      radius.elements[p] = (upper.elements[p] - lower.elements[p]) / 2
    }
    let centers = middle.applied(layer)
    let reach = radius.combined(transposed: magnitudes[k])
    var (low, high) = (centers, centers)
    for p in centers.elements.indices {
      low.elements[p] -= reach.elements[p]
      high.elements[p] += reach.elements[p]
    }
    return (low, high)
  }

  private func openRows(layer k: Int, _ low: BatchMatrix, _ high: BatchMatrix) -> [Row] {
    let activations = network.layers[k].activations
    var rows: [Row] = []
    for box in 0..<low.rowCount {
      for j in activations.indices
      where activations[j] == .identity || low[box, j] < 0 && high[box, j] > 0 {
        rows.append(Row(box: box, target: .init(unit: j, side: .upper)))
        rows.append(Row(box: box, target: .init(unit: j, side: .lower)))
      }
    }
    return rows
  }

  private func backward(
    _ rows: [Row], layer k: Int, _ relaxations: [BoxBatchRelaxation], _ lower: BatchMatrix,
    _ upper: BatchMatrix
  ) -> LayerRows {
    let layer = network.layers[k]
    var bounds = rows.map { $0.target.side.factor * layer.biases[$0.target.unit] }
    var coefficients = BatchMatrix(rowCount: rows.count, columnCount: layer.inputCount)
    for (i, row) in rows.enumerated() {
      let factor = row.target.side.factor
      for (j, weight) in layer.weights.row(row.target.unit).enumerated() {
        coefficients[i, j] = factor * weight
      }
    }
    for below in stride(from: k - 1, through: 0, by: -1) {
      relaxations[below].relax(&coefficients, rows: rows, bounds: &bounds)
      coefficients = coefficients.combined(network.layers[below].weights)
    }
    for (i, row) in rows.enumerated() {
      for t in 0..<coefficients.columnCount {
        let coefficient = coefficients[i, t]
        bounds[i] += coefficient * (coefficient > 0 ? upper[row.box, t] : lower[row.box, t])
      }
    }
    return LayerRows(rows: rows, coefficients: coefficients, bounds: bounds)
  }

  private func tighten(
    _ low: inout BatchMatrix, _ high: inout BatchMatrix, with backward: LayerRows
  ) {
    for (row, bound) in zip(backward.rows, backward.bounds) {
      let j = row.target.unit
      switch row.target.side {
      case .upper: high[row.box, j] = min(high[row.box, j], bound)
      case .lower: low[row.box, j] = max(low[row.box, j], -bound)
      }
    }
  }
}
