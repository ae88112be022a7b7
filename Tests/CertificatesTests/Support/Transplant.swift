import Certificates
import ExactArithmetic
import NeuralNetwork
import TestSupport

/// A valid proof given for something else: another network, domain, unit, side or order.
struct Transplant {
  let certificate: Certificate
  let subject: Subject

  /// The certificate of one scene for the network of another of the same shape.
  init(_ donor: AnalyzedScene, to other: Scene) {
    var copy = donor.withoutPoints(on: other.domain, member: other.member)
    copy.model = ModelBinding(
      files: other.subject.model.checked.files, networkDigest: other.network.digest)
    certificate = copy
    subject = other.subject
  }

  /// The certificate of a scene for another domain around the same point, or nil if that is none.
  init?(_ donor: AnalyzedScene, changingDomain random: inout RandomNetworks) {
    let scene = donor.scene
    guard let domain = Self.changed(scene.domain, &random) else { return nil }
    certificate = donor.withoutPoints(on: domain, member: scene.member)
    subject = scene.subject
  }

  /// The certificate of a scene with one step moved, turned round, aimed elsewhere, or gone.
  init?(_ donor: AnalyzedScene, changingSteps random: inout RandomNetworks) {
    let scene = donor.scene
    var copy = donor.withoutPoints(on: scene.domain, member: scene.member)
    guard !copy.steps.isEmpty else { return nil }
    for _ in 0..<Int.random(in: 1...2, using: &random.generator) where !copy.steps.isEmpty {
      Self.change(&copy.steps, scene, &random)
    }
    certificate = copy
    subject = scene.subject
  }

  private static func change(
    _ steps: inout [Step], _ scene: Scene, _ random: inout RandomNetworks
  ) {
    let i = Int.random(in: 0..<steps.count, using: &random.generator)
    let step = steps[i]
    switch Int.random(in: 0..<6, using: &random.generator) {
    case 0: steps.remove(at: i)
    case 1: steps.swapAt(i, Int.random(in: 0..<steps.count, using: &random.generator))
    case 2:
      steps.remove(at: i)
      steps.insert(step, at: Int.random(in: 0...steps.count, using: &random.generator))
    case 3:
      let side = step.side == .upper ? Side.lower : .upper
      steps[i] = Step(unit: step.unit, side: side, proof: step.proof)
    default:
      let layers = scene.network.layers
      let layer =
        Bool.random(using: &random.generator)
        ? step.unit.layer : Int.random(in: 0..<layers.count, using: &random.generator)
      let unit = UnitID(
        layer: layer,
        index: Int.random(in: 0..<layers[layer].unitCount, using: &random.generator))
      steps[i] = Step(unit: unit, side: step.side, proof: step.proof)
    }
  }

  /// A domain that differs in one side, row or ball.
  private static func changed(
    _ domain: InputDomain, _ random: inout RandomNetworks
  ) -> InputDomain? {
    var (lower, upper) = (domain.box.lower, domain.box.upper)
    var (rows, ball) = (domain.rows, domain.ball)
    let t = Int.random(in: 0..<lower.count, using: &random.generator)
    switch Int.random(in: 0..<7, using: &random.generator) {
    case 0: upper[t] = upper[t].nextUp
    case 1: lower[t] = lower[t].nextDown
    case 2: upper[t] += random.eighth(1, 8)
    case 3: lower[t] -= random.eighth(1, 8)
    case 4:
      guard !rows.isEmpty else { return nil }
      rows.remove(at: Int.random(in: 0..<rows.count, using: &random.generator))
    case 5:
      guard !rows.isEmpty else { return nil }
      let i = Int.random(in: 0..<rows.count, using: &random.generator)
      rows[i] = LinearRow(terms: rows[i].terms, bound: rows[i].bound + random.eighth(1, 4))
    default:
      guard let old = ball else { return nil }
      ball =
        Bool.random(using: &random.generator)
        ? nil : L1Ball(center: old.center, radius: old.radius + random.eighth(1, 4))
    }
    return try? InputDomain(box: Box(lower: lower, upper: upper), rows: rows, ball: ball)
  }
}
