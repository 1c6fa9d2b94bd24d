/* What classifier.c calls of LiteRT, in its version 2.3: libLiteRt.so of the Python package ai-edge-litert, or of your
 * own build. Handles are opaque, and functions return 0 where all is well.
 *
 * Part of edgedigits. SPDX-License-Identifier: Apache-2.0 */
#ifndef LITERT_H
#define LITERT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct LiteRtEnvironmentT *LiteRtEnvironment;
typedef struct LiteRtModelT *LiteRtModel;
typedef struct LiteRtOptionsT *LiteRtOptions;
typedef struct LiteRtCompiledModelT *LiteRtCompiledModel;
typedef struct LiteRtSignatureT *LiteRtSignature;
typedef struct LiteRtTensorT *LiteRtTensor;
typedef struct LiteRtTensorBufferT *LiteRtTensorBuffer;
typedef struct LiteRtTensorBufferRequirementsT *LiteRtTensorBufferRequirements;

/* An option of an environment, whose value is a whole number. */
typedef struct {
    int32_t tag;
    struct {
        int32_t kind; /* LITERT_INTEGER */
        int64_t number;
    } value;
} LiteRtEnvironmentOption;

enum { LITERT_INTEGER = 2 };
enum { LITERT_OPTION_ACCELERATORS = 24, LITERT_OPTION_LEAST_LOGGED = 25 };
enum { LITERT_CPU = 1 };
enum { LITERT_LOG_ERRORS = 3 };
enum { LITERT_READ = 0, LITERT_WRITE = 1 };
enum { LITERT_FLOAT32 = 1, LITERT_UINT8 = 3, LITERT_INT16 = 7, LITERT_INT8 = 9 };

/* The type of a tensor, 72 bytes: that of its numbers, and what is passed on as it is. */
typedef struct {
    int32_t numbers;
    int32_t shape[31]; /* more than it takes */
} LiteRtTensorType;

int LiteRtCreateEnvironment(int count, const LiteRtEnvironmentOption *options, LiteRtEnvironment *made);
int LiteRtCreateModelFromFile(LiteRtEnvironment environment, const char *path, LiteRtModel *made);
int LiteRtCreateOptions(LiteRtOptions *made);
int LiteRtSetOptionsHardwareAccelerators(LiteRtOptions options, int accelerators);
int LiteRtCreateCompiledModel(LiteRtEnvironment environment, LiteRtModel model, LiteRtOptions options,
                              LiteRtCompiledModel *made);
int LiteRtGetModelSignature(LiteRtModel model, size_t place, LiteRtSignature *found);
int LiteRtGetNumSignatureInputs(LiteRtSignature signature, size_t *count);
int LiteRtGetNumSignatureOutputs(LiteRtSignature signature, size_t *count);
int LiteRtGetSignatureInputTensorByIndex(LiteRtSignature signature, size_t place, LiteRtTensor *found);
int LiteRtGetSignatureOutputTensorByIndex(LiteRtSignature signature, size_t place, LiteRtTensor *found);
int LiteRtGetRankedTensorType(LiteRtTensor tensor, LiteRtTensorType *type);
int LiteRtGetCompiledModelInputBufferRequirements(LiteRtCompiledModel model, size_t signature, size_t place,
                                                  LiteRtTensorBufferRequirements *found);
int LiteRtGetCompiledModelOutputBufferRequirements(LiteRtCompiledModel model, size_t signature, size_t place,
                                                   LiteRtTensorBufferRequirements *found);
int LiteRtCreateManagedTensorBufferFromRequirements(LiteRtEnvironment environment, const LiteRtTensorType *type,
                                                    LiteRtTensorBufferRequirements requirements,
                                                    LiteRtTensorBuffer *made);
int LiteRtGetTensorBufferPackedSize(LiteRtTensorBuffer buffer, size_t *bytes);
int LiteRtLockTensorBuffer(LiteRtTensorBuffer buffer, void **memory, int mode);
int LiteRtUnlockTensorBuffer(LiteRtTensorBuffer buffer);
int LiteRtRunCompiledModel(LiteRtCompiledModel model, size_t signature, size_t inputs, LiteRtTensorBuffer *input,
                           size_t outputs, LiteRtTensorBuffer *output);

void LiteRtDestroyTensorBuffer(LiteRtTensorBuffer buffer);
void LiteRtDestroyCompiledModel(LiteRtCompiledModel model);
void LiteRtDestroyOptions(LiteRtOptions options);
void LiteRtDestroyModel(LiteRtModel model);
void LiteRtDestroyEnvironment(LiteRtEnvironment environment);

#ifdef __cplusplus
}
#endif

#endif
