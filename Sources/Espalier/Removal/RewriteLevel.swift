/// What a rewrite leaves as it was, strongest first.
///
/// A level speaks of one rewrite; none of them says that results stay bit-identical, because a
/// runtime may sum fewer terms in another order.
///
/// - Source: `docs/method.md`, "Levels".
public enum RewriteLevel: String, Hashable, Sendable, CaseIterable {
  /// Only exact zeros leave the sums of a runtime that rounds, too.
  case floatSafe = "float-safe"
  /// Equal over the reals, and no number is re-rounded.
  case exact
  /// Equal over the reals; new numbers are rounded, within a proved difference.
  case bounded
  /// Not equal, but within a proved error that counts in the proved difference.
  case approximate

  /// The meaning in one line.
  var meaning: String {
    switch self {
    case .floatSafe: "only exact zeros leave the runtime's sums, too (proved)"
    case .exact: "equal over the reals, no number is re-rounded"
    case .bounded: "equal over the reals, new numbers are rounded within the proved difference"
    case .approximate: "not equal, but within a proved error that the proved difference includes"
    }
  }
}
