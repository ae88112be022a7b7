import Certificates
import ExactArithmetic
import NeuralNetwork
import StrictJSON
import TestSupport
import Testing

/// Certificates of false claims that a careless checker would accept.
@Suite struct ForgeryTests {
  /// How many random leaves try to prove a branch empty that is not.
  private static let trialCount = 300

  // MARK: Certificates that exist as values only

  /// `0 · z ≤ 0` is true of every unit and says nothing about `z`.
  @Test func refusesALemmaWithoutAClaim() {
    var forged = Toy.hinge.certificate
    let units = forged.verdicts.map(\.unit)
    forged.pruning = nil
    forged.steps = [
      Step(unit: units[0], side: .upper, proof: .lemma(leaf([], claim: 0)))
    ]
    forged.verdicts[0] = Verdict(
      unit: units[0], stability: .stablyInactive, bounds: interval(-1, 0), settledBy: "forgery")
    #expect(rule(of: forged) == .multiplier)
    #expect(decodedRule(of: forged) == .syntax)
  }

  /// A lemma with m = 1/8 would give an eighth of the bound; only 1 says what a lemma says.
  @Test(arguments: [-1, 0.125, 0.5, 2]) func refusesALemmaWithAnotherClaim(claim: Double) {
    var forged = Toy.hinge.certificate
    forged.pruning = nil
    func append(claim: Double) {
      forged.steps.append(
        Step(
          unit: UnitID(layer: 1, index: 2), side: .upper, proof: .lemma(leaf([], claim: claim))))
    }
    append(claim: 1)
    #expect(rule(of: forged) == nil)
    append(claim: claim)
    #expect(rule(of: forged) == .multiplier)
    #expect(decodedRule(of: forged) == .syntax)
  }

  /// Unstable means two witnesses; the value of the type can be made with none.
  @Test func refusesAnUnstableVerdictWithoutWitnesses() {
    var forged = Toy.hinge.certificate
    forged.verdicts[3] = Verdict(
      unit: forged.verdicts[3].unit, stability: .unstable, bounds: interval(1, 3),
      settledBy: "forgery")
    #expect(Toy.hinge.ruleBroken(by: forged) == .verdictWitness)
    #expect(Toy.hinge.ruleBroken(by: forged.encoded) == .syntax)
  }

  // MARK: Documents

  /// A default may be written out (section 1), so 0 is allowed without a ball and no other value is.
  @Test func allowsNoMultiplierOfNoBallButZero() {
    func rule(_ value: String) -> CheckRule? {
      Toy.hinge.ruleBroken(by: Toy.hinge.json.replacing("steps.0.leaf.mu", with: .string(value)))
    }
    #expect(rule("0") == nil)
    for value in ["0x1p0", "0x1p-65536", "0x1p65536", "-0x1p0"] {
      #expect(rule(value) == .multiplier)
    }
  }

  /// The unit `relu(-x) - 3/2` on -2 … -1 takes 1/2 at x = -2, so no proof shows it below 0.
  ///
  /// The multiplier is -(1 + 2^-64): 65 bits, all of which the integers of the fast path must keep.
  @Test func refusesAMultiplierThatLosesItsTopBit() throws {
    let network = try Network(
      layers: [
        Layer(weights: Matrix(rows: [[-1], [1]]), biases: [0, 0], activation: .relu),
        Layer(weights: Matrix(rows: [[1, 0]]), biases: [-1.5], activation: .relu),
      ], scalarType: .float64)
    let domain = try InputDomain(box: Box(lower: [-2], upper: [-1]))
    let value = try #require(Dyadic(canonical: "-0x10000000000000001p-64"))
    let leaf = Leaf(units: [.init(unit: UnitID(layer: 0, index: 1), value: value)])
    let unit = UnitID(layer: 1, index: 0)
    let step = Step(unit: unit, side: .upper, proof: .lemma(leaf))
    let state = try CertificateChecker.replay(
      [step], network: ExactNetwork(network), domain: domain)
    #expect(state[unit].upper >= Dyadic(0.5))
  }

  /// On the one point x = 0, `x` is constantly 0; with m = 0 its bound is 0, which is not below 0.
  @Test(arguments: ["off", "on"]) func refusesAnEmptyBranchOnAOnePointDomain(branch: String) throws
  {
    let network = try Network(
      layers: [
        Layer(weights: Matrix(rows: [[1], [-1]]), biases: [0, 0], activation: .relu),
        Layer(weights: Matrix(rows: [[1, 1]]), biases: [1], activation: .relu),
      ], scalarType: .float64)
    let domain = try InputDomain(box: Box(lower: [0], upper: [0]))
    let empty = TreeNode.leaf(leaf([(0, 0, 1), (0, 1, 1)], claim: 0))
    let step = Step(
      unit: UnitID(layer: 1, index: 0), side: .upper,
      proof: .tree(bound: .zero, nodes: [empty]))
    #expect(rule(of: [step], network, domain) == .leafBound)
    // Nor may the unit be split, since its interval does not have 0 inside.
    let split = Step(
      unit: UnitID(layer: 1, index: 0), side: .upper,
      proof: .tree(
        bound: .zero,
        nodes: [.split(UnitID(layer: 0, index: branch == "on" ? 0 : 1)), empty, empty]))
    #expect(rule(of: [split], network, domain) == .split)
  }

  /// Both phases meet at 0, so "both off" is a point and not empty.
  @Test func refusesAnEmptyBranchThatIsAPoint() throws {
    let network = try Network(
      layers: [
        Layer(weights: Matrix(rows: [[1], [-1]]), biases: [0, 0], activation: .relu),
        Layer(weights: Matrix(rows: [[0, 0]]), biases: [1], activation: .relu),
      ], scalarType: .float64)
    let domain = try InputDomain(box: Box(lower: [-1], upper: [1]))
    var generator = SplitMix64(seed: 11)
    for _ in 0..<Self.trialCount {
      let multipliers = (0..<2).map { _ in Double.random(in: -2...2, using: &generator) }
      let empty = TreeNode.leaf(leaf([(0, 0, multipliers[0]), (0, 1, multipliers[1])], claim: 0))
      let (left, right) = (UnitID(layer: 0, index: 0), UnitID(layer: 0, index: 1))
      let nodes = [.split(left), .split(right), empty, empty, .split(right), empty, empty]
      let step = Step(
        unit: UnitID(layer: 1, index: 0), side: .upper, proof: .tree(bound: .zero, nodes: nodes))
      #expect(rule(of: [step], network, domain) == .leafBound)
    }
  }

  /// A tree on an end of an interval cannot use that same interval, nor a later one.
  @Test func refusesStepsThatNeedLaterOnes() {
    let json = Toy.hinge.json
    // The tree proves z ≤ 0 of unit 0 of layer 1; a step of layer 2 must not come before it.
    let early = JSONValue.members(
      ("unit", [2, 0]), ("side", "upper"), ("leaf", ["nu": []]))
    #expect(Toy.hinge.ruleBroken(by: json.replacing("steps.0", with: early)) == .stepOrder)
  }

  @Test func refusesPhasesAgainstIntervals() {
    // Unit 3 of layer 0 is at least 1: its off branch would be empty, and all would follow.
    for unit: JSONValue in [[0, 2], [0, 3]] {
      let document = Toy.hinge.json
        .replacing("steps.1.bound", with: "-0x1p0")
        .replacing("steps.1.tree.0.split", with: unit)
      #expect(Toy.hinge.ruleBroken(by: document) == .split)
    }
  }

  @Test func refusesTheCertificateOfAnotherModel() {
    for toy in Toy.allCases {
      for other in Toy.allCases where other != toy {
        #expect(toy.ruleBroken(by: other.json) == .modelDigest)
        let renamed = other.json.replacing(
          "model.files.0.sha256", with: .string(toy.subject.model.sha256))
        #expect(toy.ruleBroken(by: renamed) == .networkDigest)
      }
    }
  }

  private func rule(of certificate: Certificate) -> CheckRule? {
    do throws(CheckFailure) {
      try CertificateChecker.check(certificate, model: Toy.hinge.model)
      return nil
    } catch {
      return error.rule
    }
  }

  private func decodedRule(of certificate: Certificate) -> CheckRule? {
    do throws(CheckFailure) {
      try CertificateChecker.check(
        Certificate(decoding: certificate.encoded), model: Toy.hinge.model)
      return nil
    } catch {
      return error.rule
    }
  }

  private func rule(
    of steps: [Step], _ network: Network, _ domain: InputDomain
  ) -> CheckRule? {
    do throws(CheckFailure) {
      _ = try CertificateChecker.replay(steps, network: ExactNetwork(network), domain: domain)
      return nil
    } catch {
      return error.rule
    }
  }
}
