internal import Certificates
internal import Espalier
internal import ExactArithmetic
internal import NeuralNetwork

/// Well-formed answers that are wrong.
extension FaultPlan {
  /// The answer, altered as the fault demands; nil if it has nothing to alter.
  func altered(_ answer: UnitAnswer, to query: UnitQuery, state: ProofState) -> UnitAnswer? {
    switch (fault, answer.finding) {
    case (.multipliers, .proof(.lemma(let leaf))):
      return answer.claiming(.proof(.lemma(altered(leaf))))
    case (.multipliers, .proof(.tree(let bound, let nodes))):
      return answer.claiming(.proof(.tree(bound: bound, nodes: nodes.map(altered))))
    case (.leaves, .proof(.tree(let bound, let nodes))):
      var nodes = nodes
      nodes.remove(at: random(below: nodes.count))
      return answer.claiming(.proof(.tree(bound: bound, nodes: nodes)))
    case (.leaves, .proof(.lemma)), (.witness, .proof):
      // A proof where there is none, and a witness where there is a proof.
      return answer.claiming(fault == .leaves ? emptyTree : .witness(middle(of: state.domain)))
    case (.witness, .witness(let point)):
      return answer.claiming(
        .witness(random(below: 2) == 0 ? middle(of: state.domain) : point.map { $0 + Dyadic(64) }))
    case (.leaves, .witness), (.multipliers, .witness): return answer.claiming(emptyTree)
    case (.shape, _): return misshapen(answer, state.domain)
    default: return nil
    }
  }

  private var emptyTree: Finding {
    .proof(.tree(bound: .zero, nodes: [.leaf(Leaf(units: [], claim: Dyadic(1)))]))
  }

  private func middle(of domain: InputDomain) -> [Dyadic] {
    zip(domain.box.lower, domain.box.upper).map { Dyadic(($0 + $1) / 2) }
  }

  private func altered(_ node: TreeNode) -> TreeNode {
    if case .leaf(let leaf) = node { return .leaf(altered(leaf)) }
    return node
  }

  private func altered(_ leaf: Leaf) -> Leaf {
    var leaf = leaf
    leaf.units = UnitMultipliers(
      leaf.units.map {
        Leaf.UnitMultiplier(
          unit: $0.unit, value: random(below: 2) == 0 ? $0.value + .one : Dyadic(-3))
      })
    leaf.rows = leaf.rows.map { Leaf.RowMultiplier(row: $0.row, value: .zero) }
    if !leaf.claim.isZero && random(below: 2) == 0 { leaf.claim = Dyadic(0.5) }
    return leaf
  }

  private func misshapen(_ answer: UnitAnswer, _ domain: InputDomain) -> UnitAnswer {
    let short = Array(middle(of: domain).dropLast())
    switch random(below: 3) {
    case 0: return answer.claiming(.witness(short))
    case 1: return answer.claiming(.witness(short + [.one, .one]))
    default:
      return UnitAnswer(
        finding: answer.finding, engine: answer.engine,
        points: [short.map(\.approximation), [], Array(repeating: 1e308, count: short.count + 1)])
    }
  }
}

extension UnitAnswer {
  /// The answer with another finding.
  func claiming(_ finding: Finding) -> UnitAnswer {
    UnitAnswer(finding: finding, engine: engine, points: points)
  }
}
