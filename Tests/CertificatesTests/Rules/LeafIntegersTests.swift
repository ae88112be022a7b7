import ExactArithmetic
import NeuralNetwork
import TestSupport
import Testing

@testable import Certificates

/// The leaf inequality in integers and in doubles against the same written down plainly, over numbers
/// of all sizes.
@Suite struct LeafIntegersTests {
  private static let trialCount = 400

  /// Exponents spread so that integers of 128 bits always, sometimes, or hardly ever hold a layer.
  @Test(arguments: [(61, 0), (62, 20), (63, 45), (64, 90), (65, 400)] as [(UInt64, Int)])
  func agreesWithThePlainFormula(seed: UInt64, spread: Int) throws {
    var random = RandomNetworks(seed: seed)
    var integerCount = 0
    for _ in 0..<Self.trialCount {
      let trial = try PlainLeaf(&random, spread: spread)
      #expect(
        try trial.inequality.bound(of: trial.leaf, phases: trial.phases, at: "$")
          == trial.plainBound)
      if trial.fitsIntegers { integerCount += 1 }
    }
    print("spread \(spread): \(integerCount) of \(Self.trialCount) leaves in integers")
    if spread == 0 { #expect(integerCount == Self.trialCount) }
    if spread == 400 { #expect(integerCount < Self.trialCount / 2) }
  }

  /// No estimate is below the bound; and unless numbers differ wildly, none is far above it.
  @Test(arguments: [(71, 0), (72, 20), (73, 45), (74, 90), (75, 400)] as [(UInt64, Int)])
  func estimatesAreNoSmaller(seed: UInt64, spread: Int) throws {
    var random = RandomNetworks(seed: seed)
    var count = 0
    for _ in 0..<Self.trialCount {
      let trial = try PlainLeaf(&random, spread: spread, isShort: true)
      let bound = trial.plainBound
      let estimate = trial.inequality.estimate(of: trial.leaf, phases: trial.phases)
      guard let estimate else { continue }
      count += 1
      #expect(estimate >= bound)
      if spread == 0 { #expect(estimate - bound <= Dyadic(0x1p-30)) }
      let atMost = try trial.inequality.bound(
        of: trial.leaf, phases: trial.phases, atMost: estimate, at: "$")
      #expect(atMost == estimate)
      let exact = try trial.inequality.bound(
        of: trial.leaf, phases: trial.phases, atMost: bound - .one, at: "$")
      #expect(exact == bound)
    }
    print("spread \(spread): \(count) of \(Self.trialCount) leaves in doubles")
    if spread < 400 { #expect(count == Self.trialCount) }
  }

  /// Coefficients that doubles take for 0, read by the inputs, or passed on by an identity unit.
  @Test(arguments: [false, true])
  func estimatesCountLostCoefficients(isPassedOn: Bool) throws {
    func layer(_ rows: [[Double]], _ activation: Activation) -> Layer {
      Layer(
        weights: Matrix(rows: rows), biases: rows.map { _ in 0 },
        activations: rows.map { _ in activation })
    }
    let lost = layer([[0x1p53], [1], [-0x1p53]], .relu)
    let large = layer([[0x1p40]], .identity)
    let top = layer([[0, 0, 0]], .relu)
    let network = try Network(
      layers: (isPassedOn ? [large] : []) + [lost, top], scalarType: .float64)
    // Much narrower than weights and box would have them.
    let narrow = Interval(Dyadic(-1), .one)
    let state = ProofState(
      network: ExactNetwork(network),
      domain: .testBox([(0, isPassedOn ? 1 : 0x1p40)]),
      assuming: network.layers.map { $0.biases.map { _ in narrow } })
    let inequality = state.leafInequality(
      UnitID(layer: network.layers.count - 1, index: 0), .upper)
    let leaf = Leaf(
      units: (0..<3).map {
        .init(unit: UnitID(layer: network.layers.count - 2, index: $0), value: .one)
      })
    let bound = try inequality.bound(of: leaf, phases: [:], at: "$")
    #expect(bound == Dyadic(3) + Dyadic(0x1p40))
    #expect(try #require(inequality.estimate(of: leaf, phases: [:])) >= bound)
  }

  /// A sum that overflows to minus infinity, while its magnitudes are rounded to less.
  @Test func overflowIsNoEstimate() throws {
    let most = Double.greatestFiniteMagnitude
    let weight = -0.3125 * 0x1p871
    let network = try Network(
      layers: [
        Layer(
          weights: Matrix(rows: [Array(repeating: weight, count: 4)]), biases: [0.625 * 0x1p871],
          activations: [.identity]),
        Layer(
          weights: Matrix(rows: [[1]]), biases: [-(most - 0x1p971)], activations: [.relu]),
      ], scalarType: .float64)
    var state = ProofState(
      network: ExactNetwork(network), domain: .testBox(Array(repeating: (1, 1), count: 4)))
    state.openNextLayer()
    let leaf = Leaf(units: [.init(unit: UnitID(layer: 0, index: 0), value: Dyadic(-0x1p100))])
    let unit = UnitID(layer: 1, index: 0)
    let inequality = state.leafInequality(unit, .upper)
    #expect(inequality.estimate(of: leaf, phases: [:]) == nil)
    #expect(try inequality.bound(of: leaf, phases: [:], at: "$") > Dyadic(-most))
    let tree = Proof.tree(bound: Dyadic(-most), nodes: [.leaf(leaf)])
    #expect(throws: CheckFailure.self) {
      try state.apply(Step(unit: unit, side: .upper, proof: tree), at: "$")
    }
  }

  /// What doubles cannot say is left to exact numbers.
  @Test func estimatesOnlyWhatIsInDoubles() throws {
    var random = RandomNetworks(seed: 76)
    let trial = try PlainLeaf(&random, spread: 0, isShort: true)
    func estimate(_ change: (inout Leaf) -> Void) -> Dyadic? {
      var leaf = trial.leaf
      change(&leaf)
      return trial.inequality.estimate(of: leaf, phases: trial.phases)
    }
    #expect(estimate { _ in } != nil)
    #expect(estimate { $0.claim = Dyadic(2) } == nil)
    #expect(estimate { $0.claim = .zero } == nil)
    #expect(estimate { $0.ball = .one } == nil)
    #expect(estimate { $0.rows = [.init(row: 0, value: .one)] } == nil)
    let unit = UnitID(layer: 0, index: 0)
    #expect(estimate { $0.units = [.init(unit: unit, value: Dyadic(0x1p-200))] } == nil)
    #expect(estimate { $0.units = [.init(unit: trial.target, value: .one)] } == nil)
    #expect(
      DoubleRanges([Interval(Dyadic(-1), Dyadic(integer: 1, exponent: 2000))]) == nil)
  }
}

/// A leaf on a random network, and its bound by the formula of the format document.
private struct PlainLeaf {
  let network: Network
  let state: ProofState
  let target: UnitID
  let side: Side
  let phases: [UnitID: Phase]
  let leaf: Leaf

  /// - Parameter isShort: True if all multipliers are short and there is no other claim.
  init(_ random: inout RandomNetworks, spread: Int, isShort hasShort: Bool = false) throws {
    let inputCount = Int.random(in: 1...4, using: &random.generator)
    let plain = try random.network(inputCount: inputCount)
    func scaled(_ value: Double) -> Double {
      value
        * Double(
          sign: .plus, exponent: Int.random(in: -spread...spread, using: &random.generator),
          significand: 1)
    }
    network = try Network(
      layers: plain.layers.map { layer in
        Layer(
          weights: Matrix(
            rowCount: layer.unitCount, columnCount: layer.inputCount,
            elements: layer.weights.elements.map { spread > 0 ? scaled($0) : $0 }),
          biases: layer.biases, activations: layer.activations)
      }, scalarType: .float64)
    let domain = InputDomain.testBox(
      (0..<inputCount).map { _ in (random.eighth(-16, 0), random.eighth(0, 16)) })
    let layer = Int.random(in: 1..<network.layers.count, using: &random.generator)
    var state = ProofState(network: ExactNetwork(network), domain: domain)
    while state.currentLayer < layer { state.openNextLayer() }
    self.state = state
    target = UnitID(layer: layer, index: 0)
    side = Bool.random(using: &random.generator) ? .upper : .lower
    var phases: [UnitID: Phase] = [:]
    var units: [Leaf.UnitMultiplier] = []
    for k in 0..<layer {
      for i in 0..<network.layers[k].unitCount {
        let unit = UnitID(layer: k, index: i)
        let interval = state[unit]
        if network.activation(of: unit) == .relu, interval.lower.signum < 0,
          interval.upper.signum > 0, Int.random(in: 0..<3, using: &random.generator) == 0
        {
          phases[unit] = [Phase.off, .on, .zero].randomElement(using: &random.generator)
        }
        if Bool.random(using: &random.generator) {
          let isShort = Bool.random(using: &random.generator) || hasShort
          let value = isShort ? Double(Float(scaled(random.gaussian()))) : random.gaussian()
          units.append(.init(unit: unit, value: Dyadic(value.isFinite ? value : 1)))
        }
      }
    }
    self.phases = phases
    let claims = [0, 0.5, 1, 1, 3].map { Dyadic($0) }
    let claim = claims.randomElement(using: &random.generator) ?? .one
    leaf = Leaf(units: units, claim: hasShort ? .one : claim)
  }

  var inequality: LeafInequality { state.leafInequality(target, side) }

  /// True if the topmost layer below the target is evaluated in integers.
  var fitsIntegers: Bool {
    let k = target.layer - 1
    let row = ExactVector(
      network.layers[target.layer].weights.row(target.index)
        .map { leaf.claim * side.sign * Dyadic($0) })
    let start = leaf.units.firstIndex { $0.unit.layer == k } ?? leaf.units.count
    return inequality.relaxInIntegers(
      layer: k, coefficients: row, given: leaf.units[start...], phases: phases) != nil
  }

  var plainBound: Dyadic {
    let factor = leaf.claim * side.sign
    let layer = network.layers[target.layer]
    var bound = factor * Dyadic(layer.biases[target.index])
    var coefficients = layer.weights.row(target.index).map { factor * Dyadic($0) }
    for k in stride(from: target.layer - 1, through: 0, by: -1) {
      let below = network.layers[k]
      var next = [Dyadic](repeating: .zero, count: below.inputCount)
      for i in 0..<below.unitCount {
        let unit = UnitID(layer: k, index: i)
        let (low, high) = ends(unit)
        let isIdentity = below.activations[i] == .identity
        let given = leaf.units.first { $0.unit == unit }?.value
        let nu = given ?? (isIdentity || low.signum >= 0 ? coefficients[i] : .zero)
        var candidates = [low, high]
        if low.signum < 0 && high.signum > 0 { candidates.append(.zero) }
        let values = candidates.map { z in
          coefficients[i] * (isIdentity ? z : max(z, .zero)) - nu * z
        }
        bound += nu * Dyadic(below.biases[i]) + (values.max() ?? .zero)
        for (t, weight) in below.weights.row(i).enumerated() { next[t] += nu * Dyadic(weight) }
      }
      coefficients = next
    }
    for (t, coefficient) in coefficients.enumerated() {
      bound += max(
        coefficient * Dyadic(state.domain.box.lower[t]),
        coefficient * Dyadic(state.domain.box.upper[t]))
    }
    return bound
  }

  private func ends(_ unit: UnitID) -> (low: Dyadic, high: Dyadic) {
    switch phases[unit] {
    case nil: (state[unit].lower, state[unit].upper)
    case .off: (state[unit].lower, min(state[unit].upper, .zero))
    case .on: (max(state[unit].lower, .zero), state[unit].upper)
    case .zero: (.zero, .zero)
    }
  }
}

extension InputDomain {
  /// A box of the given intervals, which are known to be in order.
  fileprivate static func testBox(_ sides: [(Double, Double)]) -> InputDomain {
    let box = Box(lower: sides.map(\.0), upper: sides.map(\.1))
    guard let domain = try? InputDomain(box: box) else { preconditionFailure("\(sides)") }
    return domain
  }
}
