// What a graph may use in the demo page. The Node build has everything; here every line costs each visitor bytes.
// To allow another operation, add its TensorFlow name here and the kernels that it runs below, then `make vendor`.

/** TensorFlow operations by the converter's categories; a category that is not named is left out as a whole. */
export const OPERATIONS = {
  arithmetic: ['Add', 'AddN', 'AddV2', 'BiasAdd', 'Div', 'Maximum', 'Minimum', 'Mul', 'Pow', 'RealDiv', 'SquaredDifference', 'Sub'],
  basic_math: [
    'Abs', 'ClipByValue', 'Elu', 'Erf', 'Exp', 'LeakyRelu', 'Log', 'Neg', 'Prelu', 'Reciprocal', 'Relu', 'Relu6', 'Rsqrt', 'Selu',
    'Sigmoid', 'Softplus', 'Sqrt', 'Square', 'Tanh',
  ],
  convolution: ['AvgPool', 'Conv2D', 'DepthwiseConv2d', 'DepthwiseConv2dNative', 'FusedDepthwiseConv2dNative', 'MaxPool', '_FusedConv2D'],
  creation: ['Fill', 'OnesLike', 'ZerosLike'],
  graph: ['Const', 'Identity', 'IdentityN', 'NoOp', 'Placeholder', 'PlaceholderWithDefault', 'Shape', 'StopGradient'],
  logical: ['Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Select', 'SelectV2'],
  matrices: ['BatchMatMul', 'BatchMatMulV2', 'MatMul', 'Transpose', '_FusedMatMul'],
  normalization: ['FusedBatchNorm', 'FusedBatchNormV2', 'FusedBatchNormV3', 'LogSoftmax', 'Softmax'],
  reduction: ['ArgMax', 'Max', 'Mean', 'Min', 'Prod', 'Sum'],
  slice_join: ['Concat', 'ConcatV2', 'GatherV2', 'Pack', 'Slice', 'Split', 'StridedSlice', 'Tile', 'Unpack'],
  transformation: ['Cast', 'EnsureShape', 'ExpandDims', 'MirrorPad', 'Pad', 'PadV2', 'Reshape', 'Squeeze'],
};

/**
 * Kernels, by their file in each backend's `kernels` folder. A backend that lacks a file goes without; webgl has what
 * the others call FusedBatchNorm in BatchNorm.
 */
export const KERNELS = [
  'Abs', 'Add', 'AddN', 'ArgMax', 'AvgPool', 'BatchMatMul', 'BatchNorm', 'Cast', 'ClipByValue', 'Concat', 'Conv2D', 'DepthwiseConv2dNative',
  'Elu', 'Erf', 'Exp', 'ExpandDims', 'Fill', 'FusedBatchNorm', 'FusedConv2D', 'FusedDepthwiseConv2D', 'GatherV2', 'Greater',
  'GreaterEqual', 'Identity', 'LeakyRelu', 'Less', 'LessEqual', 'Log', 'Max', 'MaxPool', 'Maximum', 'Mean', 'Min', 'Minimum',
  'MirrorPad', 'Multiply', 'Neg', 'OnesLike', 'Pack', 'PadV2', 'Pow', 'Prelu', 'Prod', 'RealDiv', 'Reciprocal', 'Relu', 'Relu6', 'Reshape',
  'Rsqrt', 'Select', 'Selu', 'Sigmoid', 'Slice', 'Softmax', 'Softplus', 'SplitV', 'Sqrt', 'Square', 'SquaredDifference',
  'StridedSlice', 'Sub', 'Sum', 'Tanh', 'Tile', 'Transpose', 'Unpack', 'ZerosLike', '_FusedMatMul',
];
