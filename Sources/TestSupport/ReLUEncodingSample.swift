public import MILP

/// Big-M models of tiny random networks, the kind of model that solvers get here.
///
/// Written without the encoder of the main library on purpose: tests compare the two.
public struct ReLUEncodingSample {
  private var columns: [MILPColumn] = []
  private var rows: [MILPRow] = []
  private var generator: SplitMix64

  /// The model that maximizes or minimizes one unit behind `widths` hidden units per layer.
  ///
  /// Inputs lie in [-1, 1]; weights and biases are multiples of 1/8 in [-1, 1], so that exact
  /// solvers stay fast and ties occur.
  public static func model(
    seed: UInt64, inputCount: Int = 2, widths: [Int] = [3, 2], sense: ObjectiveSense
  ) throws(MILPModelError) -> MILPModel {
    var sample = ReLUEncodingSample(generator: SplitMix64(seed: seed))
    var layer = (0..<inputCount).map { _ in sample.add(MILPColumn(lower: -1, upper: 1)) }
    for width in widths {
      let previous = layer
      layer = (0..<width).map { _ in sample.addUnit(over: previous) }
    }
    let target = sample.addAffine(over: layer)
    let objective = sample.columns.indices.map { $0 == target ? 1.0 : 0.0 }
    return try MILPModel(
      columns: sample.columns, rows: sample.rows, objective: objective, sense: sense)
  }

  private init(generator: SplitMix64) { self.generator = generator }

  private mutating func add(_ column: MILPColumn) -> Int {
    columns.append(column)
    return columns.count - 1
  }

  private mutating func number() -> Double { Double(Int.random(in: -8...8, using: &generator)) / 8 }

  /// A column `z = w·h + b` with interval bounds, which are exact for these numbers.
  private mutating func addAffine(over layer: [Int]) -> Int {
    let weights = layer.map { _ in number() }
    let bias = number()
    var lower = bias
    var upper = bias
    for (weight, column) in zip(weights, layer) {
      let ends = [weight * columns[column].lower, weight * columns[column].upper]
      lower += min(ends[0], ends[1])
      upper += max(ends[0], ends[1])
    }
    let affine = add(MILPColumn(lower: lower, upper: upper))
    let terms = zip(weights, layer).map { MILPTerm($0, column: $1) }
    rows.append(.equal(-bias, terms + [MILPTerm(-1, column: affine)]))
    return affine
  }

  /// A column `h = relu(z)`: `z = h - g`, `h <= u δ`, `g <= -l (1 - δ)`.
  private mutating func addUnit(over layer: [Int]) -> Int {
    let affine = addAffine(over: layer)
    let lower = min(columns[affine].lower, 0)
    let upper = max(columns[affine].upper, 0)
    let positive = add(MILPColumn(lower: 0, upper: upper))
    let negative = add(MILPColumn(lower: 0, upper: -lower))
    let phase = add(.binary)
    rows += [
      .equal(
        0,
        [
          MILPTerm(1, column: affine), MILPTerm(-1, column: positive),
          MILPTerm(1, column: negative),
        ]),
      .atMost(0, [MILPTerm(1, column: positive), MILPTerm(-upper, column: phase)]),
      .atMost(-lower, [MILPTerm(1, column: negative), MILPTerm(-lower, column: phase)]),
    ]
    return positive
  }
}
