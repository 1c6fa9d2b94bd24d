/* What a sketch includes. SPDX-License-Identifier: Apache-2.0 */
#ifndef EDGEDIGITS_MODEL_H
#define EDGEDIGITS_MODEL_H

#include "classifier.h"

#endif
