internal import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// The points of the domain whose signs exact arithmetic has confirmed.
///
/// One exact evaluation of a point witnesses every unit of the network at once.
struct WitnessBook {
  /// The confirmed points, in the order in which they were confirmed.
  private(set) var points: [[Dyadic]] = []
  private var positive: [UnitID: Int] = [:]
  private var negative: [UnitID: Int] = [:]
  private var refused: Set<[Dyadic]> = []

  let network: ExactNetwork
  let domain: InputDomain

  init(network: ExactNetwork, domain: InputDomain) {
    self.network = network
    self.domain = domain
  }

  /// The index of a point at which the unit has the given sign, if one is confirmed.
  func witness(of unit: UnitID, sign: Int) -> Int? {
    sign > 0 ? positive[unit] : negative[unit]
  }

  /// True if both signs are confirmed.
  func isUnstable(_ unit: UnitID) -> Bool { positive[unit] != nil && negative[unit] != nil }

  /// Enters the point that shows that the domain is not empty, whatever else it shows.
  ///
  /// - Precondition: No point is entered yet, and this one lies in the domain.
  mutating func enterMember(_ point: [Dyadic]) {
    precondition(points.isEmpty, "the member is the first point")
    confirm(point)
    if points.isEmpty { points.append(point) }
  }

  /// Evaluates a point exactly and enters the signs that it is the first to show.
  ///
  /// A point outside the domain, or one that shows nothing new, is not entered; nor is one with
  /// another number of inputs, which some other process may have sent.
  mutating func confirm(_ point: [Dyadic]) {
    guard point.count == domain.inputCount, !refused.contains(point) else { return }
    guard domain.violation(at: point) == nil else {
      refused.insert(point)
      return
    }
    var isNew = false
    for (k, signs) in network.signs(at: point).enumerated() {
      for (j, sign) in signs.enumerated() where sign != 0 {
        let unit = UnitID(layer: k, index: j)
        guard network.network.activation(of: unit) == .relu, witness(of: unit, sign: sign) == nil
        else { continue }
        isNew = true
        if sign > 0 { positive[unit] = points.count } else { negative[unit] = points.count }
      }
    }
    if isNew { points.append(point) } else { refused.insert(point) }
  }

  /// Confirms the signs that a pool shows for the units of a layer, few points for many units.
  mutating func confirm(_ pool: SamplePool, layer k: Int) {
    var wanted: [Int: Int] = [:]
    for (j, extremes) in pool.extremes[k].enumerated() {
      let unit = UnitID(layer: k, index: j)
      if extremes.largest > 0, witness(of: unit, sign: 1) == nil {
        wanted[extremes.largestPoint, default: 0] += 1
      }
      if extremes.smallest < 0, witness(of: unit, sign: -1) == nil {
        wanted[extremes.smallestPoint, default: 0] += 1
      }
    }
    let order = wanted.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    for (number, _) in order {
      guard let point = pool.points[number], isWanted(number, pool, layer: k) else { continue }
      confirm(point.map { Dyadic($0) })
    }
  }

  private func isWanted(_ number: Int, _ pool: SamplePool, layer k: Int) -> Bool {
    pool.extremes[k].enumerated().contains { j, extremes in
      let unit = UnitID(layer: k, index: j)
      return extremes.largestPoint == number && extremes.largest > 0
        && witness(of: unit, sign: 1) == nil
        || extremes.smallestPoint == number && extremes.smallest < 0
          && witness(of: unit, sign: -1) == nil
    }
  }
}
