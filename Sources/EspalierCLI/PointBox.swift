internal import Certificates
internal import ExactArithmetic
internal import ModelIO
internal import NeuralNetwork

/// The smallest box that holds given inputs, or those of one class.
struct PointBox {
  private let path: String
  private let options: DomainOptions

  init(_ path: String, _ options: DomainOptions) {
    self.path = path
    self.options = options
  }

  /// The box, widened and cut as the options say.
  func domain(for model: ImportedModel) throws -> InputDomain {
    let count = model.network.inputCount
    let rows = try InputArrays.inputs(path, count: count)
    guard !rows.isEmpty else { throw InputArrays.refusal(path, "expected inputs, found none") }
    let chosen = try chosenRows(rows, model.network)
    let radius = options.radius ?? 0
    guard radius >= 0, radius.isFinite else {
      throw UsageError("--radius: expected a number from 0 on, found \(radius)")
    }
    let limits = try options.limits
    var lower = Array(repeating: Double.infinity, count: count)
    var upper = Array(repeating: -Double.infinity, count: count)
    for row in chosen {
      for (t, value) in row.enumerated() {
        lower[t] = min(lower[t], value)
        upper[t] = max(upper[t], value)
      }
    }
    return try InputDomain(
      box: Box(
        lower: lower.map { max($0 - radius, limits.low) },
        upper: upper.map { min($0 + radius, limits.high) }))
  }

  private func chosenRows(
    _ rows: [[Double]], _ network: Network
  ) throws -> [[Double]] {
    guard let wanted = options.pointClass else {
      guard options.labels == nil else { throw UsageError("--labels needs --class") }
      return rows
    }
    let classes = try options.labels.map {
      try InputArrays.read($0, count: rows.count, of: "a class per input")
    }
    let exact = classes == nil ? ExactNetwork(network) : nil
    let chosen = rows.enumerated().filter { i, row in
      let answer = classes.map { $0[i] } ?? exact.map { Double($0.answer(at: row)) }
      return answer == Double(wanted)
    }
    guard !chosen.isEmpty else {
      throw InputArrays.refusal(
        path, "expected inputs of class \(wanted), found none among \(rows.count)")
    }
    return chosen.map(\.element)
  }
}

extension ExactNetwork {
  /// The output that is largest at a point; the first of several.
  fileprivate func answer(at point: [Double]) -> Int {
    let values = preactivations(at: point.map { Dyadic($0) }).last ?? []
    return values.indices.reduce(0) { values[$1] > values[$0] ? $1 : $0 }
  }
}
