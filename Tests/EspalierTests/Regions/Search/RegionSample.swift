import ExactArithmetic
import NeuralNetwork
import TestSupport

@testable import Certificates
@testable import Espalier

/// A small random network with a domain, of a kind on which counts of regions could go wrong.
struct RegionSample {
  /// What is special about a network or its domain.
  enum Kind: String, CaseIterable, Sendable {
    /// Weights as after training: nothing is special.
    case trained
    /// Weights from {-1, 0, 1} and biases in quarters, so that ties abound.
    case integers
    /// The same without biases: all hyperplanes of the first layer meet in 0.
    case unbiased
    /// Units that are multiples of others, of either sign.
    case proportional
    /// Rows of zeros, and units that are never on.
    case dead
    /// Some inputs have one value.
    case fixedInputs
    /// All inputs have one value.
    case point
    /// Identity units among the hidden ones.
    case identities
    /// Units that do not depend on the inputs.
    case constants
    /// Two networks that share nothing.
    case blocks
    /// Weights of a layer far from 1 in size.
    case scaled
    /// Weights with 53 bits.
    case wide
    /// Rows cut the box.
    case rows
    /// Rows touch corners of the box.
    case touchingRows
    /// Rows leave a part of the box without inside.
    case thinRows
  }

  let kind: Kind
  let network: Network
  let domain: InputDomain

  /// What can be counted: maps and pieces want a domain with inside.
  var definitions: [RegionDefinition] {
    domain.hasInside ? RegionDefinition.allCases : [.activation, .patterns]
  }

  /// A sample.
  ///
  /// - Parameters:
  ///   - inputCount: The number of inputs; by the seed, if nil.
  ///   - largest: The most units of a layer.
  init(_ kind: Kind, seed: UInt64, inputCount: Int? = nil, largest: Int = 4) throws {
    self.kind = kind
    let place = UInt64(Kind.allCases.firstIndex(of: kind) ?? 0)
    var maker = RegionSampleMaker(kind, SplitMix64(seed: seed &* 1009 &+ place))
    (network, domain) = try maker.make(inputCount: inputCount, largest: largest)
  }

  /// A sample whose tree is so deep that it has many pieces.
  init(deep seed: UInt64) throws {
    let network = try RegionCounting.network([2, 13, 6, 1], seed: seed)
    try self.init(
      kind: .trained, network: network,
      domain: InputDomain(box: Box(lower: -1, upper: 1, count: 2)))
  }

  /// A sample from its parts.
  init(kind: Kind, network: Network, domain: InputDomain) {
    self.kind = kind
    self.network = network
    self.domain = domain
  }

  /// The intervals by propagation alone.
  var proved: ProofState { RegionCounting.propagated(network, domain) }

  /// How many layers count: those with units that can bend.
  var layerCount: Int { max(1, (network.reluUnits.last?.layer ?? 0) + 1) }
}

/// Makes samples.
private struct RegionSampleMaker {
  private let kind: RegionSample.Kind
  private var generator: SplitMix64

  init(_ kind: RegionSample.Kind, _ generator: SplitMix64) {
    self.kind = kind
    self.generator = generator
  }

  private mutating func integer(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &generator)
  }

  mutating func make(
    inputCount: Int?, largest: Int
  ) throws -> (network: Network, domain: InputDomain) {
    let n = inputCount ?? integer(1...4)
    var widths = [n]
    for _ in 0..<integer(1...3) { widths.append(integer(2...largest)) }
    widths.append(integer(1...2))
    var layers: [Layer] = []
    for k in widths.indices.dropFirst() {
      layers.append(layer(k, widths[k - 1], widths[k], isLast: k == widths.count - 1))
    }
    let type: ScalarType = kind == .wide || kind == .scaled ? .float64 : .float32
    return (try Network(layers: layers, scalarType: type), try domain(n))
  }

  // MARK: Networks

  private mutating func layer(_ k: Int, _ width: Int, _ count: Int, isLast: Bool) -> Layer {
    var rows = (0..<count).map { _ in (0..<width).map { _ in weight() } }
    var biases = (0..<count).map { _ in bias() }
    for i in 0..<count where !isLast { change(i, &rows, &biases) }
    if kind == .blocks {
      for i in 0..<count {
        for j in 0..<width where (2 * i < count) != (2 * j < width) { rows[i][j] = 0 }
      }
    }
    if kind == .scaled {
      let factor = Double(sign: .plus, exponent: [-40, 40, 0][integer(0...2)], significand: 1)
      rows = rows.map { $0.map { $0 * factor } }
      biases = biases.map { $0 * factor }
    }
    let activations = biases.map { _ -> Activation in
      isLast || kind == .identities && integer(0...2) == 0 ? .identity : .relu
    }
    return Layer(weights: Matrix(rows: rows), biases: biases, activations: activations)
  }

  private mutating func weight() -> Double {
    switch kind {
    case .trained, .fixedInputs, .blocks, .scaled, .rows:
      Double(Float.random(in: -1...1, using: &generator))
    case .wide: Double.random(in: -1...1, using: &generator)
    case .integers, .unbiased, .proportional, .dead, .point, .identities, .constants,
      .touchingRows, .thinRows:
      Double(integer(-1...1))
    }
  }

  private mutating func bias() -> Double {
    switch kind {
    case .trained, .fixedInputs, .blocks, .scaled, .rows:
      Double(Float.random(in: -0.5...0.5, using: &generator))
    case .wide: Double.random(in: -0.5...0.5, using: &generator)
    case .unbiased: 0
    case .integers, .proportional, .dead, .point, .identities, .constants, .touchingRows,
      .thinRows:
      Double(integer(-3...3)) / 4
    }
  }

  private mutating func change(_ i: Int, _ rows: inout [[Double]], _ biases: inout [Double]) {
    switch kind {
    case .proportional where i > 0 && integer(0...1) == 0:
      let j = integer(0...i - 1)
      let factor = [1, -1, 2, -0.5][integer(0...3)]
      rows[i] = rows[j].map { $0 * factor }
      biases[i] = biases[j] * factor
    case .dead where integer(0...2) == 0:
      if integer(0...1) == 0 { rows[i] = rows[i].map { _ in 0 } }
      biases[i] = -Double(integer(0...8))
    case .constants where integer(0...2) == 0:
      rows[i] = rows[i].map { _ in 0 }
    default: break
    }
  }

  // MARK: Domains

  private mutating func domain(_ n: Int) throws -> InputDomain {
    var lower = [Double](repeating: -1, count: n)
    var upper = [Double](repeating: 1, count: n)
    for t in 0..<n where kind == .point || kind == .fixedInputs && integer(0...1) == 0 {
      lower[t] = Double(integer(-4...4)) / 4
      upper[t] = lower[t]
    }
    return try InputDomain(box: Box(lower: lower, upper: upper), rows: rows(n))
  }

  private mutating func rows(_ n: Int) -> [LinearRow] {
    func row(_ coefficients: [Double], _ bound: Double) -> LinearRow {
      LinearRow(
        terms: coefficients.enumerated().map { .init(input: $0, coefficient: $1) }, bound: bound)
    }
    switch kind {
    case .rows:
      return (0..<integer(1...2)).map { _ in
        let coefficients = (0..<n).map { _ in Double(Float.random(in: -1...1, using: &generator)) }
        return row(coefficients, Double(integer(1...4)) / 8)
      }
    case .touchingRows:
      let coefficients = (0..<n).map { _ in [1.0, -1.0][integer(0...1)] }
      // One row touches a corner from outside, the other goes through corners.
      return [row(coefficients, Double(n)), row(coefficients.map { -$0 }, Double(n - 2))]
    case .thinRows:
      var coefficients = (0..<n).map { _ in Double(integer(-1...1)) }
      coefficients[0] = 1
      return [row(coefficients, 0), row(coefficients.map { -$0 }, 0)]
    default: return []
    }
  }
}
