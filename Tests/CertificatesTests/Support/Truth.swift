import Certificates
import ExactArithmetic
import NeuralNetwork

/// Says which claims of an accepted certificate are false, by exact enumeration.
struct Truth {
  /// What an enumeration depends on.
  private struct Question: Hashable {
    let model: String
    let result: String?
    let domain: InputDomain
  }

  /// How many enumerations are remembered.
  private static let memory = 64

  private var known: [Question: ExactCells?] = [:]
  private var regions = RegionTruth()

  /// The false claims of a certificate; with more than two inputs, those about regions.
  mutating func falseClaims(
    of certificate: Certificate, _ proved: ProofState, _ subject: Subject
  ) -> [String] {
    let claims = regions.falseClaims(of: certificate, proved, subject)
    if certificate.domain.inputCount > 2 { return claims }
    return claims + falseUnitClaims(of: certificate, proved, subject)
  }

  private mutating func falseUnitClaims(
    of certificate: Certificate, _ proved: ProofState, _ subject: Subject
  ) -> [String] {
    guard let cells = cells(subject, certificate.domain) else { return ["the domain is empty"] }
    let network = subject.model.network
    var claims: [String] = []
    if certificate.model.files.map(\.sha256) != [subject.model.sha256]
      || certificate.model.networkDigest != network.digest
    {
      claims.append("digest of the model")
    }
    for (i, point) in certificate.points.enumerated()
    where !Self.contains(certificate.domain, point) {
      claims.append("point \(i)")
    }
    for (k, layer) in proved.intervals.enumerated() {
      for (i, interval) in layer.enumerated() {
        let (low, high) = cells.ranges[k][i]
        if high > Ratio(interval.upper) || low < Ratio(interval.lower) {
          claims.append("interval of \(UnitID(layer: k, index: i))")
        }
      }
    }
    if certificate.verdicts.map(\.unit) != network.reluUnits { claims.append("coverage") }
    for verdict in certificate.verdicts
    where !Self.isTrue(verdict, cells) || !Self.hasWitnesses(verdict, certificate, network) {
      claims.append("\(verdict.stability) of \(verdict.unit)")
    }
    let floatSafe = certificate.verdicts.filter(\.floatSafe)
    if !floatSafe.isEmpty {
      let signs = FloatSigns(network, cells, certificate.domain)
      for verdict in floatSafe where !signs.agree(with: verdict) {
        claims.append("float-safety of \(verdict.unit)")
      }
    }
    return claims + Self.falsePruningClaims(of: certificate, subject, cells)
  }

  private mutating func cells(_ subject: Subject, _ domain: InputDomain) -> ExactCells? {
    let question = Question(
      model: subject.model.sha256, result: subject.result?.sha256, domain: domain)
    if let answer = known[question] { return answer }
    if known.count >= Self.memory { known = [:] }
    let answer = ExactCells(
      subject.model.network, domain, comparedWith: subject.result?.network)
    known[question] = .some(answer)
    return answer
  }

  /// True if a point lies in a domain.
  static func contains(_ domain: InputDomain, _ point: [Dyadic]) -> Bool {
    guard point.count == domain.inputCount,
      zip(point, domain.box.lower).allSatisfy({ $0 >= Dyadic($1) }),
      zip(point, domain.box.upper).allSatisfy({ $0 <= Dyadic($1) })
    else { return false }
    let areRowsMet = domain.rows.allSatisfy { row in
      let value = row.terms.reduce(Dyadic.zero) { $0 + Dyadic($1.coefficient) * point[$1.input] }
      return value <= Dyadic(row.bound)
    }
    guard let ball = domain.ball else { return areRowsMet }
    let distance = zip(point, ball.center).reduce(Dyadic.zero) {
      $0 + ($1.0 - Dyadic($1.1)).magnitude
    }
    return areRowsMet && distance <= Dyadic(ball.radius)
  }

  // MARK: Verdicts

  private static func isTrue(_ verdict: Verdict, _ cells: ExactCells) -> Bool {
    let (low, high) = cells.range(of: verdict.unit)
    if low < Ratio(verdict.bounds.lower) || high > Ratio(verdict.bounds.upper) { return false }
    if let constant = verdict.constant, low < Ratio(constant) || high > Ratio(constant) {
      return false
    }
    switch verdict.stability {
    case .stablyActive: return low.signum >= 0
    case .stablyInactive: return high.signum <= 0
    case .unstable: return low.signum < 0 && high.signum > 0
    case .undecided: return true
    }
  }

  private static func hasWitnesses(
    _ verdict: Verdict, _ certificate: Certificate, _ network: Network
  ) -> Bool {
    func sign(_ i: Int) -> Int {
      guard certificate.points.indices.contains(i) else { return 0 }
      let place = Place(numerators: certificate.points[i], denominator: .one)
      let values = ExactCells.preactivations(of: network, at: place)
      return values[verdict.unit.layer][verdict.unit.index].signum
    }
    let isComplete =
      verdict.stability != .unstable || verdict.positive != nil && verdict.negative != nil
    return isComplete && verdict.positive.map { sign($0) > 0 } ?? true
      && verdict.negative.map { sign($0) < 0 } ?? true
  }

  // MARK: Pruning

  private static func falsePruningClaims(
    of certificate: Certificate, _ subject: Subject, _ cells: ExactCells
  ) -> [String] {
    guard let pruning = certificate.pruning else {
      return subject.result == nil ? [] : ["no pruning"]
    }
    guard let result = subject.result else { return ["a result that is not there"] }
    var claims: [String] = []
    if pruning.networkDigest != result.network.digest { claims.append("digest of the result") }
    if pruning.file.sha256 != result.sha256 { claims.append("digest of the file") }
    if pruning.kept.map(\.units.count) != result.network.layers.map(\.unitCount) {
      claims.append("kept")
    }
    if subject.model.checked.outputMaps != result.checked.outputMaps {
      claims.append("output maps")
    }
    if pruning.difference.count != cells.distances.count
      || zip(pruning.difference, cells.distances).contains(where: { Ratio($0) < $1 })
    {
      claims.append("difference")
    }
    return claims
      + PruningTruth(subject.model.network, result.network, cells).falseClaims(of: pruning)
  }
}
