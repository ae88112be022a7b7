import Certificates
import ExactArithmetic
import NeuralNetwork
import StrictJSON
import TestSupport
import Testing

/// Points and claims that miss a domain by a hair, domains that are empty, and verdicts that are
/// not there or not allowed.
@Suite struct DomainForgeryAttackTests {
  private static let hair = Dyadic.one.scaled(byPowerOfTwo: -1074)

  /// `x` itself and its double behind a ReLU.
  private static let network: Network? = try? Network(
    layers: [
      Layer(weights: Matrix(rows: [[1]]), biases: [0], activation: .relu),
      Layer(weights: Matrix(rows: [[2]]), biases: [0], activation: .relu),
    ], scalarType: .float64)

  private static func scene(_ domain: InputDomain, member: Double) throws -> Scene {
    try Scene(#require(network), domain, member: [Dyadic(member)])
  }

  private static func row(_ coefficient: Double, _ bound: Double) -> LinearRow {
    LinearRow(terms: [.init(input: 0, coefficient: coefficient)], bound: bound)
  }

  /// Points on the edge are in the domain; 2^-1074 further they are not.
  @Test func refusesPointsOutsideByAHair() throws {
    let both = BothCheckers("DomainForgeryAttackTests, points")
    let box = Box(lower: [-1], upper: [1])
    let domains = [
      (try InputDomain(box: Box(lower: [-0.5], upper: [0.75])), -0.5, 0.75),
      (try InputDomain(box: Box(lower: [-0x1p-1074], upper: [0x1p-1074])), -0x1p-1074, 0x1p-1074),
      (try InputDomain(box: box, rows: [Self.row(1, 0.75), Self.row(-2, 1)]), -0.5, 0.75),
      (try InputDomain(box: box, ball: L1Ball(center: [0.125], radius: 0.625)), -0.5, 0.75),
    ]
    for (domain, low, high) in domains {
      let scene = try Self.scene(domain, member: 0)
      for (end, outward) in [(Dyadic(low), -Self.hair), (Dyadic(high), Self.hair)] {
        for step in [
          outward, outward.scaled(byPowerOfTwo: -20_000), outward.scaled(byPowerOfTwo: 1),
        ] {
          var certificate = scene.certificate([])
          certificate.points.append(contentsOf: [[end - step], [end]])
          #expect(try both.rule(of: certificate, scene.subject) == nil)
          certificate.points.append([end + step])
          #expect(try both.rule(of: certificate, scene.subject) == .point)
        }
      }
    }
    try both.finish()
  }

  /// Bounds of units that are false, or not proved, by a hair.
  @Test func refusesBoundsByAHair() throws {
    let both = BothCheckers("DomainForgeryAttackTests, bounds")
    for (low, high) in [(-1.0, 1.0), (0.5, 0.5), (0, 0), (-0x1p-1074, 0), (0, 0x1p-1074)] {
      let domain = try InputDomain(box: Box(lower: [low], upper: [high]))
      let scene = try Self.scene(domain, member: low)
      for unit in [UnitID(layer: 0, index: 0), UnitID(layer: 1, index: 0)] {
        let range = scene.cells.range(of: unit)
        let interval = Interval(range.low.numerator, range.high.numerator)
        let exact = scene.certificate([], claims: [Scene.undecided(unit, interval)])
        #expect(try both.rule(of: exact, scene.subject) == nil)
        for verdict in Self.closer(unit, interval) {
          let certificate = scene.certificate([], claims: [verdict])
          #expect(try both.rule(of: certificate, scene.subject) == .verdictBound)
        }
      }
    }
    try both.finish()
  }

  private static func closer(_ unit: UnitID, _ interval: Interval) -> [Verdict] {
    let (low, high) = (interval.lower, interval.upper)
    if interval.isPoint {
      return [
        Scene.undecided(unit, Interval(low + hair)), Scene.undecided(unit, Interval(low - hair)),
      ]
    }
    return [
      Scene.undecided(unit, Interval(low + hair, high + hair)),
      Scene.undecided(unit, Interval(low - hair, high - hair)),
      Scene.undecided(unit, Interval(low, max(low, high - hair))),
    ]
  }

  /// Domains without a point: whatever is claimed there follows, so none may be accepted.
  @Test func refusesEmptyDomains() throws {
    let both = BothCheckers("DomainForgeryAttackTests, empty domains")
    let box = Box(lower: [-1], upper: [1])
    let good = try Self.scene(InputDomain(box: box), member: 0)
    let domains = [
      try InputDomain(box: box, rows: [Self.row(1, -2)]),
      try InputDomain(box: box, rows: [Self.row(1, 0), Self.row(-1, -0x1p-1074)]),
      try InputDomain(box: box, rows: [Self.row(0, -0x1p-1074)]),
      try InputDomain(box: box, rows: [LinearRow(terms: [], bound: -1)]),
      try InputDomain(box: box, ball: L1Ball(center: [3], radius: 1)),
      try InputDomain(box: box, ball: L1Ball(center: [1 + 0x1p-52], radius: 0)),
      try InputDomain(
        box: box, rows: [Self.row(1, 0)], ball: L1Ball(center: [1], radius: 1 - 0x1p-53)),
    ]
    for domain in domains {
      for (member, points) in [(nil, []), (0, []), (0, [0.0]), (0, [1]), (1, [0]), (0, [-1])]
        as [(Int?, [Double])]
      {
        var certificate = good.certificate([])
        certificate.domain = domain
        certificate.member = member
        certificate.points = points.map { [Dyadic($0)] }
        #expect(try both.rule(of: certificate, good.subject) != nil)
      }
    }
    let json = good.certificate([]).json
    for (low, high) in [("0x1p0", "-0x1p0"), ("0x1p-1074", "0"), ("0x3p0", "0x1p1")] {
      let document = json.replacing("domain.lower.0", with: .string(low))
        .replacing("domain.upper.0", with: .string(high))
      #expect(try both.rule(of: document, good.subject) != nil)
    }
    try both.finish()
  }

  /// Verdicts twice, missing, in another order; signs that nothing shows; a flag that is not due.
  @Test func refusesOtherVerdicts() throws {
    let both = BothCheckers("DomainForgeryAttackTests, verdicts")
    for toy in Toy.allCases {
      guard case .array(let verdicts) = toy.json.value(at: ["verdicts"]) else { continue }
      func rule(_ changed: [JSONValue]) throws -> CheckRule? {
        try both.rule(of: toy.json.replacing("verdicts", with: .array(changed)), toy.subject)
      }
      for i in verdicts.indices {
        for j in verdicts.indices where j != i {
          var changed = verdicts
          changed.swapAt(i, j)
          #expect(try rule(changed) == .verdictCoverage)
          changed = verdicts
          changed[i] = verdicts[j]
          #expect(try rule(changed) == .verdictCoverage)
        }
        var changed = verdicts
        changed.remove(at: i)
        #expect(try rule(changed) == .verdictCoverage)
        changed = verdicts
        changed.insert(verdicts[i], at: i)
        #expect(try rule(changed) == .verdictCoverage)
        changed = verdicts
        changed[i] = verdicts[i].replacing("floatSafe", with: false)
        #expect(try rule(changed) == .syntax)
        // A unit that is exactly 0 somewhere, or takes both signs, is not float-safe.
        guard toy.isTight(UnitID(json: verdicts[i])) else { continue }
        changed[i] = verdicts[i].replacing("floatSafe", with: true)
        #expect(try rule(changed) != nil)
      }
    }
    try both.finish()
  }
}

extension Toy {
  /// True if a unit is 0 somewhere on the domain, or takes both signs.
  fileprivate func isTight(_ unit: UnitID?) -> Bool {
    guard let unit, let range = ExactCells(network, domain)?.range(of: unit) else { return false }
    return range.low.signum <= 0 && range.high.signum >= 0
  }
}

extension UnitID {
  /// The unit of a verdict.
  fileprivate init?(json verdict: JSONValue) {
    guard case .number(let layer) = verdict.value(at: ["unit", "0"]),
      case .number(let index) = verdict.value(at: ["unit", "1"]), let k = Int(layer),
      let i = Int(index)
    else { return nil }
    self.init(layer: k, index: i)
  }
}
