import Certificates
import ExactArithmetic
import NeuralNetwork
import TestSupport
import Testing

/// Random proofs of claims that are just false, on tiny networks whose truth is known.
@Suite struct RandomForgeryTests {
  /// How many false claims each of the five seeds tries at least; together more than 10,000.
  private static let falseClaimsPerSeed = 2100

  @Test(arguments: [51, 52] as [UInt64]) func provesNothingFalseOfIntegers(seed: UInt64) throws {
    try provesNothingFalse(seed: seed, isInteger: true)
  }

  @Test(arguments: [53, 54, 55] as [UInt64]) func provesNothingFalseOfGaussians(seed: UInt64)
    throws
  {
    try provesNothingFalse(seed: seed, isInteger: false)
  }

  private func provesNothingFalse(seed: UInt64, isInteger: Bool) throws {
    var random = RandomNetworks(seed: seed, isInteger: isInteger)
    var counts = (falseClaims: 0, trueAccepted: 0)
    while counts.falseClaims < Self.falseClaimsPerSeed {
      let trial = try ForgeryTrial(&random)
      for _ in 0..<40 { trial.forge(&random, &counts) }
    }
    print(
      "seed \(seed): \(counts.falseClaims) proofs tried for what is not true;",
      "\(counts.trueAccepted) of the same accepted for true claims")
    // The same proofs do prove what is true, so they are not refused for their form.
    #expect(counts.trueAccepted > Self.falseClaimsPerSeed / 10)
  }
}

/// A network on one input, one of its units, and the largest value of that unit.
private struct ForgeryTrial {
  let state: ProofState
  let target: UnitID
  let side: Side
  /// `s z` of the unit is at most this, and somewhere exactly this.
  let largest: Place
  let splittable: [UnitID]

  init(_ random: inout RandomNetworks) throws {
    let network = try random.network(inputCount: 1, hidden: 1...2)
    let domain = try random.domain(inputCount: 1).domain
    let layer = Int.random(in: 1..<network.layers.count, using: &random.generator)
    target = UnitID(
      layer: layer,
      index: Int.random(in: 0..<network.layers[layer].unitCount, using: &random.generator))
    side = Bool.random(using: &random.generator) ? .upper : .lower
    var state = ProofState(network: ExactNetwork(network), domain: domain)
    while state.currentLayer < layer { state.openNextLayer() }
    self.state = state
    let line = try #require(ExactLine(network, domain))
    let (low, high) = line.range(of: target)
    largest =
      side == .upper
      ? high : Place(numerator: -low.numerator, denominator: low.denominator)
    splittable = network.reluUnits.filter { unit in
      unit.layer < layer && state[unit].lower.signum < 0 && state[unit].upper.signum > 0
    }
  }

  func forge(
    _ random: inout RandomNetworks, _ counts: inout (falseClaims: Int, trueAccepted: Int)
  ) {
    let nodes = tree(&random, open: splittable)
    // A bound below the largest value by a hair up to a lot.
    let gap = Dyadic.one.scaled(byPowerOfTwo: -Int.random(in: 0...40, using: &random.generator))
    let below = bound(under: gap)
    #expect(largest > below)
    #expect(!isAccepted(.tree(bound: side.sign * below, nodes: nodes)))
    counts.falseClaims += 1
    let generous = below + Dyadic(8)
    if !(largest > generous), isAccepted(.tree(bound: side.sign * generous, nodes: nodes)) {
      counts.trueAccepted += 1
    }
    // A lemma states no bound; what it proves must hold.
    var copy = state
    let step = Step(unit: target, side: side, proof: .lemma(leaf(&random, claims: [1])))
    if (try? copy.apply(step, at: "$")) != nil {
      let proved = side == .upper ? copy[target].upper : -copy[target].lower
      #expect(!(largest > proved))
      counts.falseClaims += 1
    }
  }

  /// A dyadic number that the unit exceeds, by about `gap`.
  private func bound(under gap: Dyadic) -> Dyadic {
    let near = largest.numerator.approximation / largest.denominator.approximation
    var candidate = Dyadic(near) - gap
    var step = gap
    while !(largest > candidate) {
      candidate -= step
      step = step.scaled(byPowerOfTwo: 1)
    }
    return candidate
  }

  private func isAccepted(_ proof: Proof) -> Bool {
    var copy = state
    do throws(CheckFailure) {
      try copy.apply(Step(unit: target, side: side, proof: proof), at: "$")
      return true
    } catch {
      return error.rule == .boundsCross
    }
  }

  private func tree(_ random: inout RandomNetworks, open: [UnitID]) -> [TreeNode] {
    guard open.count > 0, Int.random(in: 0..<4, using: &random.generator) > 0 else {
      return [.leaf(leaf(&random, claims: [1, 1, 1, 2, 0.5, 0]))]
    }
    let i = Int.random(in: 0..<open.count, using: &random.generator)
    var rest = open
    let unit = rest.remove(at: i)
    return [.split(unit)] + tree(&random, open: rest) + tree(&random, open: rest)
  }

  /// Multipliers from those that good proofs have: 0, ±1, the weights above, halves.
  private func leaf(_ random: inout RandomNetworks, claims: [Double]) -> Leaf {
    let layers = state.network.network.layers
    let weights = layers[target.layer].weights.row(target.index)
    let claim = claims.randomElement(using: &random.generator) ?? 1
    var units: [Leaf.UnitMultiplier] = []
    for k in 0..<target.layer {
      for i in 0..<layers[k].unitCount where Bool.random(using: &random.generator) {
        let own = k == target.layer - 1 ? weights[weights.startIndex + i] : 1
        let factors: [Double] = [0, 0.5, 1, -1, 0.25, 2]
        let factor = factors.randomElement(using: &random.generator) ?? 0
        let value = side.sign * Dyadic(own) * Dyadic(factor) * Dyadic(claim == 0 ? 1 : claim)
        units.append(.init(unit: UnitID(layer: k, index: i), value: value))
      }
    }
    let rows = state.domain.rows.indices.filter { _ in Bool.random(using: &random.generator) }
      .map { Leaf.RowMultiplier(row: $0, value: Dyadic(random.eighth(0, 8))) }
    let ball = state.domain.ball == nil ? .zero : Dyadic(random.eighth(0, 8))
    return Leaf(units: units, rows: rows, ball: ball, claim: Dyadic(claim))
  }
}
