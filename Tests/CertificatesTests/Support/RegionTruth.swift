import Certificates
import NeuralNetwork

/// Says which numbers of regions in an accepted certificate are false, by `RegionCensus`.
struct RegionTruth {
  /// What a census depends on.
  private struct Question: Hashable {
    let model: String
    let domain: InputDomain
    let intervalSigns: [[[Int]]]
    let layerCount: Int
  }

  /// How many answers are remembered.
  private static let memory = 64

  private var known: [Question: RegionCensus] = [:]

  /// The false claims of a certificate about regions.
  mutating func falseClaims(
    of certificate: Certificate, _ proved: ProofState, _ subject: Subject
  ) -> [String] {
    guard let claim = certificate.regions else { return [] }
    let question = Question(
      model: subject.model.sha256, domain: certificate.domain,
      intervalSigns: proved.intervals.map { $0.map { [$0.lower.signum, $0.upper.signum] } },
      layerCount: claim.layerCount)
    let census =
      known[question]
      ?? RegionCensus(
        subject.model.network, certificate.domain, proved.intervals,
        layerCount: claim.layerCount)
    if known.count >= Self.memory { known = [:] }
    known[question] = census
    var claims: [String] = []
    if claim.counts != census.counts { claims.append("\(census.counts) regions") }
    for (k, total) in census.totals.enumerated()
    where total != census.counts.reduce(1, { $0 * $1[k] }) {
      claims.append("regions of all parts")
    }
    return claims
  }
}
