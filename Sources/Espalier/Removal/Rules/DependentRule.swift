internal import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// R4, forward: linear units whose rows are sums of rows of other linear units.
///
/// - Source: Serra, Kumar and Ramalingam, arXiv 2001.00218, with exact ranks.
enum DependentRule {
  static func apply(to draft: inout RemovalDraft) throws(CheckFailure) {
    guard draft.options.rules.contains(.dependent) else { return }
    for position in draft.working.layers.indices.dropLast()
    where draft.mayChange(position: position) {
      let layer = draft.working.layers[position]
      let rows = layer.units.indices.filter { layer.isLinear($0) }
      // Those that have to stay come first, so that they are in the basis if they can be.
      let (kept, loose) = rows.partitioned {
        !draft.mayLose(UnitID(layer: layer.index, index: layer.units[$0]))
      }
      let order = kept + loose
      let analysis = LinearDependence(of: order.map { layer.row($0) })
      for dependence in analysis.dependences {
        let row = order[dependence.row]
        let unit = UnitID(layer: layer.index, index: layer.units[row])
        guard draft.mayLose(unit) else { continue }
        var constant = layer.biases[row]
        var terms: [Substitution.Term] = []
        for (place, coefficient) in zip(analysis.basis, dependence.coefficients)
        where !coefficient.isZero {
          constant -= coefficient * layer.biases[order[place]]
          terms.append(.init(index: layer.units[order[place]], value: coefficient))
        }
        let substitution = Substitution(
          unit: unit, terms: terms.sorted { $0.index < $1.index },
          constant: constant.rounded(.nearestEven, toBitCount: Dyadic.longestQuotient))
        try draft.applyIfSmaller(
          [(.substitute(substitution), "its row is a sum of \(terms.count) others")], .dependent)
      }
    }
  }
}

extension Sequence {
  /// The elements that satisfy a condition, and the others.
  func partitioned(by isFirst: (Element) -> Bool) -> (first: [Element], second: [Element]) {
    var (first, second): ([Element], [Element]) = ([], [])
    for element in self {
      if isFirst(element) { first.append(element) } else { second.append(element) }
    }
    return (first, second)
  }
}
