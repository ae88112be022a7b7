import Certificates
import ExactArithmetic
import NeuralNetwork
import TestSupport
import Testing

/// The one inequality: `m s z ≤ B` wherever the assumed phases hold, for any multipliers at all.
@Suite struct LeafInequalityTests {
  /// How many (network, leaf, point) checks each seed makes at least.
  private static let checkCount = 4000

  @Test(arguments: [1, 2] as [UInt64]) func boundsEveryPointOfIntegerNetworks(seed: UInt64) throws {
    try boundsEveryPoint(seed: seed, isInteger: true)
  }

  @Test(arguments: [3, 4] as [UInt64]) func boundsEveryPointOfGaussianNetworks(seed: UInt64) throws
  {
    try boundsEveryPoint(seed: seed, isInteger: false)
  }

  private func boundsEveryPoint(seed: UInt64, isInteger: Bool) throws {
    var tally = (checks: 0, tight: 0)
    var random = RandomNetworks(seed: seed, isInteger: isInteger)
    while tally.checks < Self.checkCount {
      let trial = try LeafTrial(&random)
      for _ in 0..<6 { try trial.check(&random, &tally) }
    }
    print("seed \(seed): \(tally.checks) (network, leaf, point) checks, \(tally.tight) equal")
    // The bound is not only large: some points meet it exactly.
    #expect(tally.tight > 0)
  }

  @Test func isIntervalArithmeticWithoutMultipliers() throws {
    // |x| - 1 on -1 … 1 with ν = 0 and with ν = 1/2.
    let network = ExactNetwork(Toy.hinge.network)
    var state = ProofState(network: network, domain: Toy.hinge.domain)
    state.openNextLayer()
    let unit = UnitID(layer: 1, index: 0)
    func bound(_ leaf: Leaf, _ phases: [UnitID: Phase] = [:]) throws -> Dyadic {
      try state.bound(of: leaf, unit: unit, side: .upper, phases: phases)
    }
    #expect(try bound(leaf()) == Dyadic(1))
    #expect(try bound(leaf([(0, 0, 0.5), (0, 1, 0.5)])) == .zero)
    // ν = 1/2 for one unit only: 1/2 + 1 - 1 and max of x/2 over the box.
    #expect(try bound(leaf([(0, 0, 0.5)])) == Dyadic(1))
    // Off: relu is 0. On: ν = 1 is the default, and B = max x + 1 - 1.
    let first = UnitID(layer: 0, index: 0)
    #expect(try bound(leaf(), [first: .off]) == .zero)
    #expect(try bound(leaf(), [first: .on]) == Dyadic(1))
    #expect(try bound(leaf([(0, 1, 1)]), [first: .on]) == .zero)
    // Twice the claim is twice the bound; no claim and no multipliers is 0.
    #expect(try bound(leaf([(0, 0, 1), (0, 1, 1)], claim: 2)) == .zero)
    #expect(try bound(leaf([], claim: 0)) == .zero)
  }

  @Test func usesRowsAndTheBall() throws {
    let network = ExactNetwork(Toy.folded.network)
    var state = ProofState(network: network, domain: Toy.folded.domain)
    state.openNextLayer()
    let unit = UnitID(layer: 1, index: 0)
    let square = Dyadic(Toy.wide) * Dyadic(Toy.wide)
    func bound(_ leaf: Leaf, _ side: Side = .upper) throws -> Dyadic {
      try state.bound(of: leaf, unit: unit, side: side, phases: [:])
    }
    #expect(try bound(leaf()) == square)
    #expect(try bound(leaf(rows: [(0, 1)])) == square - .one + Dyadic(0.5))
    #expect(try bound(leaf(ball: 1)) == square - .one + Dyadic(0.75))
    #expect(try bound(leaf(ball: 1), .lower) == square - .one + Dyadic(0.75))
    // With both: max of (w² - 3) x - 2 |x| is at x = 0 or at -1: 3 - w² - 2 = 1 - w² < 0.
    #expect(try bound(leaf(rows: [(0, 3)], ball: 2)) == Dyadic(1.5) + Dyadic(1.5))
  }
}

/// One network with one domain, its proved intervals, and exact values at points of the domain.
private struct LeafTrial {
  let state: ProofState
  let target: UnitID
  let points: [[[Dyadic]]]

  init(_ random: inout RandomNetworks) throws {
    let inputCount = Int.random(in: 1...3, using: &random.generator)
    let exact = ExactNetwork(try random.network(inputCount: inputCount))
    let (domain, member) = try random.domain(inputCount: inputCount)
    let count = exact.network.layers.count
    let layer = Int.random(in: 1..<count, using: &random.generator)
    var state = ProofState(network: exact, domain: domain)
    while state.currentLayer < layer { state.openNextLayer() }
    self.state = state
    target = UnitID(
      layer: layer,
      index: Int.random(
        in: 0..<exact.network.layers[layer].unitCount, using: &random.generator))
    var points = [member.map { Dyadic($0) }]
    for _ in 0..<24 { points.append(random.point(of: domain, near: member)) }
    self.points = points.filter { domain.violation(at: $0) == nil }
      .map { exact.preactivations(at: $0) }
  }

  func check(_ random: inout RandomNetworks, _ tally: inout (checks: Int, tight: Int)) throws {
    for (k, layer) in state.intervals.enumerated() {
      for (i, interval) in layer.enumerated() {
        #expect(points.allSatisfy { interval.lower <= $0[k][i] && $0[k][i] <= interval.upper })
      }
    }
    let values = try #require(points.randomElement(using: &random.generator))
    let phases = phases(of: values, &random)
    let side = Bool.random(using: &random.generator) ? Side.upper : .lower
    let leaf = leaf(&random)
    let bound = try state.bound(of: leaf, unit: target, side: side, phases: phases)
    for point in points where phases.allSatisfy({ Self.agrees(point, $0.key, $0.value) }) {
      let value = leaf.claim * side.sign * point[target.layer][target.index]
      #expect(value <= bound, "\(leaf) \(phases)")
      tally.checks += 1
      if value == bound && !leaf.claim.isZero { tally.tight += 1 }
    }
  }

  /// Phases of some units that could be split, as they are at one point.
  private func phases(of values: [[Dyadic]], _ random: inout RandomNetworks) -> [UnitID: Phase] {
    var phases: [UnitID: Phase] = [:]
    for unit in state.network.network.reluUnits where unit.layer < target.layer {
      let interval = state[unit]
      guard interval.lower.signum < 0, interval.upper.signum > 0,
        Bool.random(using: &random.generator)
      else { continue }
      let sign = values[unit.layer][unit.index].signum
      let isOn = sign == 0 ? Bool.random(using: &random.generator) : sign > 0
      phases[unit] = isOn ? .on : .off
    }
    return phases
  }

  private static func agrees(_ point: [[Dyadic]], _ unit: UnitID, _ phase: Phase) -> Bool {
    let sign = point[unit.layer][unit.index].signum
    return phase == .on ? sign >= 0 : sign <= 0
  }

  private func leaf(_ random: inout RandomNetworks) -> Leaf {
    var units: [Leaf.UnitMultiplier] = []
    let isWild = Int.random(in: 0..<4, using: &random.generator) == 0
    for (k, layer) in state.network.network.layers.prefix(target.layer).enumerated() {
      for i in 0..<layer.unitCount where Int.random(in: 0..<3, using: &random.generator) > 0 {
        let value = isWild ? Dyadic(random.gaussian()) : Dyadic(random.eighth(-12, 12))
        units.append(.init(unit: UnitID(layer: k, index: i), value: value))
      }
    }
    var rows: [Leaf.RowMultiplier] = []
    for row in state.domain.rows.indices where Bool.random(using: &random.generator) {
      rows.append(.init(row: row, value: Dyadic(random.eighth(0, 12))))
    }
    let hasBall = state.domain.ball != nil && Bool.random(using: &random.generator)
    let claims = [0, 0.5, 1, 1, 1, 3].map { Dyadic($0) }
    return Leaf(
      units: units, rows: rows, ball: hasBall ? Dyadic(random.eighth(0, 12)) : .zero,
      claim: claims.randomElement(using: &random.generator) ?? .one)
  }
}
