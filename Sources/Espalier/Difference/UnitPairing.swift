internal import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// Which unmerged units of two networks are compared with each other.
///
/// Any pairing gives true bounds; units with similar rows give tight ones.
struct UnitPairing {
  /// The most products that finding partners by their rows may take; beyond, order decides.
  static let workLimit = 1 << 31

  /// Pairs of units of each layer of the product: one of the first network, one of the second.
  private(set) var pairs: [[(first: Int, second: Int)]] = []

  init(_ product: ProductNetwork) {
    var partners: [Int: Int] = [:]
    for k in product.layers.indices {
      let origins = product.origins[k]
      let open = origins.indices.filter { origins[$0].first == nil || origins[$0].second == nil }
      let firsts = open.filter { origins[$0].first != nil }
      let seconds = open.filter { origins[$0].second != nil }
      let found: [(first: Int, second: Int)]
      if k == product.layers.count - 1 {
        found = (0..<product.outputCount).map {
          (product.firstOutput($0), product.secondOutput($0))
        }
        .filter { $0.0 != $0.1 }
      } else {
        found = Self.pairs(product.layers[k], firsts, seconds, below: partners)
      }
      pairs.append(found)
      partners = Dictionary(uniqueKeysWithValues: found.map { ($0.second, $0.first) })
    }
  }

  private static func pairs(
    _ layer: Layer, _ firsts: [Int], _ seconds: [Int], below: [Int: Int]
  ) -> [(first: Int, second: Int)] {
    guard firsts.count * seconds.count <= workLimit / layer.inputCount else {
      return Array(zip(firsts, seconds))
    }
    let rows = firsts.map { Array(layer.weights.row($0)) + [layer.biases[$0]] }
    var candidates: [(distance: Double, first: Int, second: Int)] = []
    for second in seconds {
      var row = Array(layer.weights.row(second)) + [layer.biases[second]]
      for (theirs, ours) in below where row[theirs] != 0 {
        row[ours] = row[theirs]
        row[theirs] = 0
      }
      for (first, other) in zip(firsts, rows) {
        let distance = zip(row, other).reduce(0) { $0 + abs($1.0 - $1.1) }
        candidates.append((distance, first, second))
      }
    }
    candidates.sort { ($0.distance, $0.first, $0.second) < ($1.distance, $1.first, $1.second) }
    var used: Set<Int> = []
    return candidates.compactMap { candidate in
      guard !used.contains(candidate.first), !used.contains(candidate.second) else { return nil }
      used.formUnion([candidate.first, candidate.second])
      return (candidate.first, candidate.second)
    }.sorted { $0.first < $1.first }
  }
}
