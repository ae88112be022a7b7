import Certificates
import ExactArithmetic
import NeuralNetwork

/// Says which claims of an accepted certificate of a toy are false.
enum Truth {
  static func falseClaims(
    of certificate: Certificate, _ proved: ProofState, _ toy: Toy
  ) -> [String] {
    guard certificate.domain.inputCount == 1,
      let line = certificate.domain == toy.domain
        ? toy.line : ExactLine(toy.model.network, certificate.domain)
    else { return ["the domain is empty"] }
    var claims: [String] = []
    for (k, layer) in proved.intervals.enumerated() {
      for (i, interval) in layer.enumerated() {
        let unit = UnitID(layer: k, index: i)
        let (low, high) = line.range(of: unit)
        if high > interval.upper || low < interval.lower { claims.append("interval of \(unit)") }
      }
    }
    if certificate.verdicts.map(\.unit) != toy.model.network.reluUnits { claims.append("coverage") }
    for verdict in certificate.verdicts where !isTrue(verdict, line) {
      claims.append("\(verdict.stability) of \(verdict.unit)")
    }
    claims += falsePruningClaims(of: certificate, toy, line)
    return claims
  }

  private static func isTrue(_ verdict: Verdict, _ line: ExactLine) -> Bool {
    let (low, high) = line.range(of: verdict.unit)
    if low < verdict.bounds.lower || high > verdict.bounds.upper { return false }
    if let constant = verdict.constant, low < constant || high > constant { return false }
    if verdict.floatSafe && !FloatSigns.agree(with: verdict, line) { return false }
    switch verdict.stability {
    case .stablyActive: return low.numerator.signum >= 0
    case .stablyInactive: return high.numerator.signum <= 0
    case .unstable: return low.numerator.signum < 0 && high.numerator.signum > 0
    case .undecided: return true
    }
  }

  private static func falsePruningClaims(
    of certificate: Certificate, _ toy: Toy, _ line: ExactLine
  ) -> [String] {
    guard let pruning = certificate.pruning else { return toy.result == nil ? [] : ["no pruning"] }
    guard let result = toy.result, let start = line.places.first, let end = line.places.last else {
      return ["a result that is not there"]
    }
    var claims: [String] = []
    if pruning.networkDigest != result.network.digest { claims.append("digest of the result") }
    if pruning.file.sha256 != result.files.first?.sha256 { claims.append("digest of the file") }
    let small = ExactLine(result.network, from: start, to: end)
    for place in line.places + small.places {
      let old = outputs(of: toy.model.network, at: place)
      let new = outputs(of: result.network, at: place)
      for (bound, (a, b)) in zip(pruning.difference, zip(old, new))
      where (a - b).magnitude > bound * place.denominator {
        claims.append("difference")
      }
    }
    return claims
  }

  private static func outputs(of network: Network, at place: Place) -> [Dyadic] {
    let values = ExactLine.preactivations(of: network, at: place).last ?? []
    let activations = network.layers.last?.activations ?? []
    return zip(values, activations).map { $1 == .relu ? max($0, .zero) : $0 }
  }
}

extension Place {
  static func > (left: Place, right: Dyadic) -> Bool {
    left.numerator > right * left.denominator
  }
  static func < (left: Place, right: Dyadic) -> Bool {
    left.numerator < right * left.denominator
  }
}
