import NeuralNetwork
import TestSupport

/// The kinds of domains on which ties are tried, each within `[-1, 1]`.
enum TieDomain: String, CaseIterable, Sendable {
  /// The whole box.
  case box
  /// About half of the inputs are fixed.
  case degenerate
  /// Three rows, the center inside.
  case rows
  /// A ball that cuts the box.
  case ball
  /// Rows and a ball, some inputs fixed.
  case everything

  /// A domain of this kind.
  func make(inputCount: Int, using generator: inout SplitMix64) throws -> InputDomain {
    let isFixed = (0..<inputCount).map { _ in
      (self == .degenerate || self == .everything) && Bool.random(using: &generator)
    }
    let center = (0..<inputCount).map { _ in
      Double(Int.random(in: -2...2, using: &generator)) / 8
    }
    let box = Box(
      lower: zip(isFixed, center).map { $0 ? $1 : -1 },
      upper: zip(isFixed, center).map { $0 ? $1 : 1 })
    var rows: [LinearRow] = []
    if self == .rows || self == .everything {
      for _ in 0..<3 {
        let terms = (0..<inputCount).map {
          LinearRow.Term(
            input: $0, coefficient: Double(Int.random(in: -3...3, using: &generator)))
        }
        let middle = terms.reduce(0) { $0 + $1.coefficient * center[$1.input] }
        rows.append(LinearRow(terms: terms, bound: middle + 0.75))
      }
    }
    let hasBall = self == .ball || self == .everything
    return try InputDomain(
      box: box, rows: rows, ball: hasBall ? L1Ball(center: center, radius: 0.875) : nil)
  }
}
