import Certificates
import ExactArithmetic
import NeuralNetwork
import TestSupport
import Testing

/// A network with its file, a domain with a point in it, and what is true there.
struct Scene {
  let subject: Subject
  let domain: InputDomain
  let member: [Dyadic]
  let cells: ExactCells

  /// A scene from its parts.
  init(_ network: Network, _ domain: InputDomain, member: [Dyadic]) throws {
    subject = Subject(try ModelBytes(writing: network, name: "model.onnx"))
    self.domain = domain
    self.member = member
    cells = try #require(ExactCells(network, domain))
  }

  /// A random scene.
  ///
  /// - Parameter isSpare: Whether much of the network can be removed.
  init(
    _ random: inout RandomNetworks, inputCount: Int, hidden: ClosedRange<Int>,
    isSpare: Bool = false
  ) throws {
    let network =
      isSpare
      ? try random.spareNetwork(inputCount: inputCount, hidden: hidden)
      : try random.network(inputCount: inputCount, hidden: hidden, isWritable: true)
    let (domain, member) = try random.domain(inputCount: inputCount)
    try self.init(network, domain, member: member.map { Dyadic($0) })
  }

  var network: Network { subject.model.network }

  /// A certificate with these steps that claims nothing of any unit but what is given.
  func certificate(_ steps: [Step], claims: [Verdict] = []) -> Certificate {
    let claimed = Dictionary(uniqueKeysWithValues: claims.map { ($0.unit, $0) })
    let verdicts = network.reluUnits.map { unit in
      claimed[unit] ?? Self.undecided(unit, Self.widest)
    }
    return Certificate(
      producer: "attack",
      model: ModelBinding(files: subject.model.checked.files, networkDigest: network.digest),
      domain: domain, points: [member], member: domain.isBox ? nil : 0, steps: steps,
      verdicts: verdicts)
  }

  /// The interval that says nothing.
  static let widest = Interval(
    Dyadic(-1).scaled(byPowerOfTwo: 65_536), Dyadic.one.scaled(byPowerOfTwo: 65_536))

  /// A verdict that leaves a unit undecided within bounds.
  static func undecided(_ unit: UnitID, _ bounds: Interval) -> Verdict {
    Verdict(
      unit: unit, stability: .undecided, bounds: bounds, settledBy: "attack", limit: "attack")
  }

  /// The strongest verdict that one end of an interval gives.
  static func verdict(_ unit: UnitID, _ side: Side, bound: Dyadic) -> Verdict {
    let bounds =
      side == .upper ? Interval(widest.lower, bound) : Interval(bound, widest.upper)
    if side == .upper && bound.signum <= 0 {
      return Verdict(
        unit: unit, stability: .stablyInactive, bounds: bounds, settledBy: "attack")
    }
    if side == .lower && bound.signum >= 0 {
      return Verdict(unit: unit, stability: .stablyActive, bounds: bounds, settledBy: "attack")
    }
    return undecided(unit, bounds)
  }
}
