/// The published limits on what is read; whatever exceeds one is refused before it is allocated.
public enum ModelLimits {
  /// Bytes of one model, domain or external data file: the limit of protobuf itself.
  public static let fileBytes = Int(Int32.max)
  /// Bytes of all members of one archive together, unpacked.
  public static let unpackedBytes = 1 << 27
  /// Members of one archive.
  public static let archiveMembers = 4096
  /// Bytes of the header of one array file.
  public static let arrayHeaderBytes = 1 << 16
  /// Nodes of one graph.
  public static let nodes = 100_000
  /// Initializers of one graph.
  public static let initializers = 100_000
  /// Dimensions of one tensor.
  public static let tensorRank = 16
  /// Numbers of one tensor.
  public static let tensorElements = 1 << 26
  /// Weights of all layers of one network together, zeros included.
  public static let networkElements = 1 << 26
  /// Numbers that all nodes which work feature by feature handle together.
  public static let elementwiseNumbers = 1 << 22
  /// The oldest operator set whose operators have the meaning that is assumed here.
  public static let oldestOperatorSet = 7
  /// The newest operator set that was compared with what is assumed here.
  public static let newestOperatorSet = 28
  /// Characters of a name that are shown.
  public static let shownNameLength = 64
  /// Unsupported nodes that are spelled out in one message.
  public static let shownNodes = 12
  /// Depth of parentheses in a property file.
  public static let expressionDepth = 64
  /// Tokens of one property file.
  public static let expressionTokens = 20_000_000
  /// Bytes of one decimal number.
  public static let decimalBytes = 100_000
  /// Notes that are kept on one file; the last one says how many more there are.
  public static let notes = 20
}
