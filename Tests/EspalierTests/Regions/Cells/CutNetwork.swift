import ExactArithmetic
import MILP
import NeuralNetwork
import TestSupport

@testable import Certificates
@testable import Espalier

/// One layer of units that cut a box, in doubles and exactly.
struct CutNetwork {
  /// How the units lie.
  enum Kind: String, CaseIterable, Sendable {
    /// In general position.
    case general
    /// Nearly parallel.
    case parallel
    /// All nearly through one point.
    case concurrent
    /// Of sizes far apart.
    case scaled
    /// With small integers, so that ties abound.
    case integers
    /// Behind another layer, so that the forms themselves are rounded.
    case deep
  }

  let kind: Kind
  let network: PartNetwork
  /// The forms of the last layer.
  let forms: LayerForms
  /// The same and those below them, exactly.
  let exact: ExactForms

  /// Ten units on the box from -1 to 1.
  init(_ kind: Kind, dimension n: Int, seed: UInt64, unitCount: Int = 10) throws {
    var generator = SplitMix64(seed: seed &* 31 &+ UInt64(n))
    func number() -> Double { Double.random(in: -1...1, using: &generator) }
    let center = (0..<n).map { _ in number() / 2 }
    let base = (0..<n).map { _ in number() }
    var rows: [[Double]] = []
    var biases: [Double] = []
    for _ in 0..<unitCount {
      var row = (0..<n).map { _ in number() }
      var bias = number() / 2
      Self.change(kind, &row, &bias, base, center, using: &generator)
      rows.append(row)
      biases.append(bias)
    }
    guard kind == .deep else {
      let layer = Layer(weights: Matrix(rows: rows), biases: biases, activation: .relu)
      try self.init(kind, layers: [layer], inputCount: n)
      return
    }
    let first = (0..<n + 2).map { _ in (0..<n).map { _ in number() } }
    let below = Layer(
      weights: Matrix(rows: first), biases: first.map { _ in number() }, activation: .identity)
    let layer = Layer(
      weights: Matrix(rows: rows.map { $0 + [number(), number()] }), biases: biases,
      activation: .relu)
    try self.init(kind, layers: [below, layer], inputCount: n)
  }

  /// Gives a row of random numbers what is special about the kind.
  private static func change(
    _ kind: Kind, _ row: inout [Double], _ bias: inout Double, _ base: [Double],
    _ center: [Double], using generator: inout SplitMix64
  ) {
    switch kind {
    case .general, .deep: break
    case .parallel:
      row = zip(base, row).map { $0 + $1 * 0x1p-30 }
      bias *= 0x1p-20
    case .concurrent:
      bias = -zip(row, center).reduce(0) { $0 + $1.0 * $1.1 } + bias * 0x1p-35
    case .scaled:
      let factor = Double(
        sign: .plus, exponent: Int.random(in: -40...40, using: &generator), significand: 1)
      row = row.map { $0 * factor }
      bias *= factor
    case .integers:
      row = row.map { ($0 * 2).rounded() }
      bias = (bias * 4).rounded() / 2
    }
  }

  /// One layer with the given numbers.
  init(rows: [[Double]], biases: [Double]) throws {
    try self.init(
      .general, layers: [Layer(weights: Matrix(rows: rows), biases: biases, activation: .relu)],
      inputCount: rows[0].count)
  }

  /// The units of the last layer, behind at most one other of identity units.
  init(_ kind: Kind, layers: [Layer], inputCount n: Int) throws {
    self.kind = kind
    let proved = RegionCounting.propagated(
      try Network(layers: layers, scalarType: .float64),
      try InputDomain(box: Box(lower: -1, upper: 1, count: n)))
    let depth = layers.count - 1
    network = PartNetwork(
      proved, layerCount: layers.count,
      units: layers[depth].biases.indices.map { UnitID(layer: depth, index: $0) })
    var forms = LayerForms(first: network)
    if depth == 1 {
      forms = LayerForms(
        layer: 1, of: network, below: forms, active: Array(layers[0].biases.indices))
    }
    self.forms = forms
    exact = ExactForms(
      network, phases: Array(repeating: .open, count: network.units.count), depth: depth)
  }

  /// The rows of the last layer.
  var rows: Range<Int> { 0..<forms.errors.count }

  /// The exact coefficients of a row over the inputs that count, and its constant.
  func exactForm(_ i: Int) -> [Rational] {
    let form = exact.layers[exact.layers.count - 1][i]
    return network.inputs.map { Rational(form.coefficients[$0]) } + [Rational(form.constant)]
  }

  /// The exact value of a row at a point.
  func value(_ i: Int, at point: [Rational]) -> Rational {
    let form = exactForm(i)
    return point.indices.reduce(form[point.count]) { $0 + form[$1] * point[$1] }
  }
}

/// Systems of linear equations in exact numbers.
enum ExactSystem {
  /// Where all rows (their constants last) are 0; nil if that is no point.
  static func solve(_ system: [[Rational]]) -> [Rational]? {
    var rows = system
    let n = rows.count
    for column in 0..<n {
      guard let pivot = (column..<n).first(where: { rows[$0][column].signum != 0 }) else {
        return nil
      }
      rows.swapAt(pivot, column)
      let scale = rows[column][column]
      rows[column] = rows[column].map { $0 / scale }
      for row in 0..<n where row != column && rows[row][column].signum != 0 {
        let factor = rows[row][column]
        rows[row] = zip(rows[row], rows[column]).map { $0 - factor * $1 }
      }
    }
    return rows.map { -$0[n] }
  }
}
